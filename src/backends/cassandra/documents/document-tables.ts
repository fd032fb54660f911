import type { Uuid } from '../../../core/index.js';
import type { DocumentKey } from '../../../storage/index.js';

/** What stands under a key. Without content: removed, and kept until no late write can come. */
export interface DocumentRow {
  readonly change: Uuid;
  readonly content: string | undefined;
  readonly expiresMs: number | undefined;
  readonly listing: Uuid | undefined;
}

/** A conditional write of a whole row. */
export interface DocumentWrite {
  readonly key: DocumentKey;
  /** The change that has to stand there; undefined: no row. */
  readonly expected: Uuid | undefined;
  readonly change: Uuid;
  readonly content: string | undefined;
  readonly expiresMs: number | undefined;
  /** Undefined: as it was, and for as long as it was. */
  readonly listing: Uuid | undefined;
  /** The row vanishes after it; undefined: stays. */
  readonly ttlMs: number | undefined;
}

/** How one conditional statement was answered; `differs` with the change that stands there. */
export type DocumentAnswer =
  | { readonly kind: 'applied' }
  | { readonly kind: 'differs'; readonly change: Uuid | undefined };

/** `documents`. Rejects with the driver's errors, as the other tables do. */
export interface DocumentRows {
  /** `serial` also sees what a doubtful write has come to. */
  read(key: DocumentKey, level: 'latest' | 'serial'): Promise<DocumentRow | undefined>;
  /** `attempt` counts the tries of one change. */
  write(write: DocumentWrite, attempt: number): Promise<DocumentAnswer>;
}

export interface ListingSpan {
  readonly scope: string;
  /** From this id on, or after it. */
  readonly id: string;
  readonly inclusive: boolean;
  readonly limit: number;
}

/** `document_listings`. A listing is written once, under a name of its own. */
export interface DocumentListings {
  write(key: DocumentKey, listing: Uuid, ttlMs: number | undefined): Promise<void>;
  remove(key: DocumentKey, listing: Uuid): Promise<void>;
  /** By UTF-8 bytes; an id stands there once for each listing. Fewer than `limit`: the end. */
  readIds(span: ListingSpan): Promise<readonly string[]>;
}

/** `document_revisions`: the last one that each server has written. */
export interface DocumentRevisions {
  write(scope: string, server: Uuid, revision: Uuid): Promise<void>;
  /** In any order that stays the same. */
  read(scope: string): Promise<readonly Uuid[]>;
}

/** Everything of documents that Cassandra keeps, so that a simulation can stand in for it. */
export interface DocumentTables {
  readonly rows: DocumentRows;
  readonly listings: DocumentListings;
  readonly revisions: DocumentRevisions;
}
