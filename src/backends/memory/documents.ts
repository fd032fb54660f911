import type { Clock } from '../../runtime/index.js';
import {
  hasExpired,
  makesRevision,
  requireDocumentKey,
  type Document,
  type DocumentChange,
  type DocumentKey,
  type DocumentOutcome,
  type DocumentPage,
  type DocumentQuery,
  type Documents,
} from '../../storage/index.js';
import { closedError, endedError } from './errors.js';
import { compareNames, type MemoryTables } from './schema.js';

export class MemoryDocuments implements Documents {
  readonly #tables: MemoryTables;
  readonly #clock: Clock;
  readonly #documents = new Map<string, Document>();
  /** How often documents of a scope that stay have changed. */
  readonly #changes = new Map<string, number>();

  constructor(tables: MemoryTables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
  }

  async find(key: DocumentKey): Promise<Document | undefined> {
    requireDocumentKey(key);
    this.#tables.requireOpen();
    return this.#current(key);
  }

  async change({ key, from, to }: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome> {
    requireDocumentKey(key);
    if (this.#tables.closed) return { kind: 'unavailable', error: closedError() };
    if (signal.aborted) return { kind: 'unavailable', error: endedError() };
    return this.#apply({ key, from, to });
  }

  async list({ scope, prefix, after, limit }: DocumentQuery): Promise<DocumentPage> {
    this.#tables.requireOpen();
    const found = [...this.#documents.values()]
      .filter(({ key }) => key.scope === scope && key.id.startsWith(prefix))
      .filter(({ key }) => after === undefined || compareNames(key.id, after) > 0)
      .filter((document) => !hasExpired(document, this.#clock.nowMs()))
      .sort((left, right) => compareNames(left.key.id, right.key.id));
    const documents = found.slice(0, limit);
    const isAll = documents.length === found.length;
    return { documents, next: isAll ? undefined : documents.at(-1)?.key.id };
  }

  async revision(scope: string): Promise<string> {
    this.#tables.requireOpen();
    return String(this.#changes.get(scope) ?? 0);
  }

  #apply({ key, from, to }: DocumentChange): DocumentOutcome {
    const name = nameOf(key);
    if (to !== undefined && this.#documents.get(name)?.change === to.change) {
      return { kind: 'changed' };
    }
    const current = this.#current(key);
    if (current === undefined && to === undefined) return { kind: 'changed' };
    if (current?.change !== from?.change) return { kind: 'differs', current };
    if (to === undefined) this.#documents.delete(name);
    else this.#documents.set(name, to);
    if (makesRevision(current, to)) {
      this.#changes.set(key.scope, (this.#changes.get(key.scope) ?? 0) + 1);
    }
    return { kind: 'changed' };
  }

  #current(key: DocumentKey): Document | undefined {
    const document = this.#documents.get(nameOf(key));
    return document === undefined || hasExpired(document, this.#clock.nowMs())
      ? undefined
      : document;
  }
}

function nameOf({ scope, id }: DocumentKey): string {
  return JSON.stringify([scope, id]);
}
