import { AbortRace, AppError } from '../../../core/index.js';
import type { Clock } from '../../../runtime/index.js';
import {
  makesRevision,
  requireDocumentKey,
  type Document,
  type DocumentChange,
  type DocumentKey,
  type DocumentOutcome,
  type DocumentPage,
  type DocumentQuery,
  type Documents,
} from '../../../storage/index.js';
import type { Engine } from '../engine.js';
import { CommitUnknown } from '../errors.js';
import {
  raiseRevision,
  readDocument,
  readHead,
  readRevision,
  removeExpired,
  writeDocument,
} from './document-table.js';
import { listDocuments } from './list.js';

export class EmbeddedDocuments implements Documents {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #aborts = new AbortRace();

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  async find(key: DocumentKey): Promise<Document | undefined> {
    requireDocumentKey(key);
    return readDocument(this.#engine.snapshot(), key, this.#clock.nowMs());
  }

  async change(change: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome> {
    requireDocumentKey(change.key);
    if (signal.aborted) return ended();
    let started = false;
    const bytes = Buffer.byteLength(change.to?.content ?? '');
    const written = this.#engine.commits
      .submit((): DocumentOutcome => {
        if (signal.aborted) return ended();
        started = true;
        return this.#apply(change);
      }, bytes)
      .catch((error: unknown): DocumentOutcome => {
        if (error instanceof CommitUnknown) return { kind: 'unknown' };
        if (error instanceof AppError) return { kind: 'unavailable', error };
        throw error;
      });
    return this.#aborts.race(written, signal, () => (started ? { kind: 'unknown' } : ended()));
  }

  async list(query: DocumentQuery): Promise<DocumentPage> {
    return listDocuments(this.#engine.snapshot(), query, this.#clock.nowMs());
  }

  async revision(scope: string): Promise<string> {
    return String(readRevision(this.#engine.snapshot(), scope));
  }

  /** Within a write transaction. */
  #apply({ key, from, to }: DocumentChange): DocumentOutcome {
    const { tables } = this.#engine;
    const nowMs = this.#clock.nowMs();
    if (to !== undefined && readHead(tables, key)?.change === to.change) {
      return { kind: 'changed' };
    }
    const current = readDocument(tables, key, nowMs);
    if (current === undefined && to === undefined) return { kind: 'changed' };
    if (current?.change !== from?.change) return { kind: 'differs', current };
    removeExpired(tables, nowMs);
    writeDocument(tables, key, to);
    if (makesRevision(current, to)) raiseRevision(tables, key.scope);
    return { kind: 'changed' };
  }
}

function ended(): DocumentOutcome {
  const error = new AppError('UNAVAILABLE', 'the change was ended before it was written');
  return { kind: 'unavailable', error };
}
