import {
  invalidField,
  requireWellFormed,
  textBytes,
  type AppError,
  type Uuid,
} from '../core/index.js';

/** What the keys of every backend can hold. */
export const DOCUMENT_KEY_BYTES_MAX = 900;

/** Names a document. Texts of at least 1 byte each and of 900 in all, without NUL. */
export interface DocumentKey {
  /** What is listed together. */
  readonly scope: string;
  readonly id: string;
}

/** What the scheduler keeps besides timed events: schedules, policies, keys, jobs. */
export interface Document {
  readonly key: DocumentKey;
  /** Names the write that made it what it is: what a compare-and-set compares. */
  readonly change: Uuid;
  /** JSON, up to 4 MiB. */
  readonly content: string;
  /** Absent from then on, by the clock of whoever looks; undefined: stays. */
  readonly expiresMs: number | undefined;
}

/** `from`: what is to be replaced, undefined for a key that nobody has. `to`: undefined removes. */
export interface DocumentChange {
  readonly key: DocumentKey;
  readonly from: Document | undefined;
  readonly to: Document | undefined;
}

/**
 * As `ChangeOutcome` of timed events. A removal is `changed` wherever nothing stands afterwards,
 * so of two that remove the same document both may hear it.
 */
export type DocumentOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'differs'; readonly current: Document | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly error: AppError };

export interface DocumentQuery {
  readonly scope: string;
  /** Only ids that begin with it; empty: all. */
  readonly prefix: string;
  /** Only ids after it (by their UTF-8 bytes); undefined: from the first. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** By id (UTF-8 bytes). `next`: go on after it; undefined at the end. May be short before that. */
export interface DocumentPage {
  readonly documents: readonly Document[];
  readonly next: string | undefined;
}

/**
 * Small documents that change by compare-and-set. Reads throw UNAVAILABLE. A key that is none
 * rejects with INVALID_ARGUMENT.
 */
export interface Documents {
  /** As it is; sees every acknowledged change. What has expired is absent. */
  find(key: DocumentKey): Promise<Document | undefined>;

  /**
   * Compare-and-set, durable once `changed`. `signal` ends the resolving of a doubtful write, not
   * the write. Never throws for what storage does. A change of nothing to nothing is `changed`.
   */
  change(change: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome>;

  /** Those of a scope, as they are at some moment of the call. */
  list(query: DocumentQuery): Promise<DocumentPage>;

  /**
   * Names a state of the scope: another one after each acknowledged change of documents that do
   * not expire. Cheap. A change that was not acknowledged may be seen later.
   */
  revision(scope: string): Promise<string>;
}

/** Throws INVALID_ARGUMENT for what cannot be the key of a document. */
export function requireDocumentKey({ scope, id }: DocumentKey): void {
  for (const [field, text] of [
    ['scope', scope],
    ['id', id],
  ] as const) {
    requireWellFormed(field, text);
    if (text === '') throw invalidField(field, 'must not be empty');
    if (text.includes('\0')) throw invalidField(field, 'must not contain NUL');
  }
  if (textBytes(scope) + textBytes(id) <= DOCUMENT_KEY_BYTES_MAX) return;
  throw invalidField('id', `and its scope must not be over ${DOCUMENT_KEY_BYTES_MAX} bytes in all`);
}

/** Whether a document is absent at a time. */
export function hasExpired({ expiresMs }: Pick<Document, 'expiresMs'>, nowMs: number): boolean {
  return expiresMs !== undefined && expiresMs <= nowMs;
}

/** Whether a change makes another revision: it is one of a document that stays, before or after. */
export function makesRevision(from: Document | undefined, to: Document | undefined): boolean {
  return [from, to].some((document) => document && document.expiresMs === undefined);
}
