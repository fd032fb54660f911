import { AbortRace, AppError, requireUuid, type Uuid } from '../../../core/index.js';
import type { Clock, Components } from '../../../runtime/index.js';
import {
  makesRevision,
  type DocumentChange,
  type DocumentOutcome,
} from '../../../storage/index.js';
import { DoubtResolver } from '../doubt-resolver.js';
import { unavailable } from '../errors.js';
import { DocumentChangeRun } from './document-change.js';
import type { DocumentTables } from './document-tables.js';

/** Changes documents: the listing first, then the document, then the revision of the scope. */
export class DocumentWriter {
  readonly #tables: DocumentTables;
  readonly #storageClock: Pick<Clock, 'nowMs'>;
  readonly #components: Components;
  /** Names this run of the program among those that write revisions. */
  readonly #server: Uuid;
  readonly #aborts = new AbortRace();
  readonly #open = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #resolver: DoubtResolver;

  constructor(tables: DocumentTables, storageClock: Pick<Clock, 'nowMs'>, components: Components) {
    this.#tables = tables;
    this.#storageClock = storageClock;
    this.#components = components;
    this.#server = this.#newUuid();
    this.#resolver = new DoubtResolver(components, this.#closing.signal, 'document');
  }

  /** The outcome, or `unknown` when `signal` comes first; the resolving goes on then. */
  change(change: DocumentChange, signal: AbortSignal): Promise<DocumentOutcome> {
    if (signal.aborted || this.#closing.signal.aborted) {
      const error = new AppError('UNAVAILABLE', 'the change was ended before it was written');
      return Promise.resolve({ kind: 'unavailable', error });
    }
    const work = this.#keptOpen(this.#run(change));
    return this.#aborts.race(work, signal, () => ({ kind: 'unknown' }));
  }

  /** Ends the resolving of what is in doubt. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#open);
  }

  async #run(change: DocumentChange): Promise<DocumentOutcome> {
    const parts = {
      tables: this.#tables,
      nowMs: () => this.#storageClock.nowMs(),
      newUuid: () => this.#newUuid(),
    };
    const run = new DocumentChangeRun(parts, change);
    let outcome: DocumentOutcome;
    try {
      outcome = await this.#resolver.resolve(run);
    } catch (error) {
      outcome = { kind: 'unavailable', error: unavailable(error) };
    }
    if (outcome.kind === 'unknown') return outcome;
    for (const listing of run.leftListings(outcome.kind === 'changed')) {
      const removed = this.#tables.listings.remove(change.key, listing);
      // one that stays costs a look, no more
      void this.#keptOpen(removed.catch(() => undefined));
    }
    return outcome.kind === 'changed' ? this.#announced(change) : outcome;
  }

  /** The change stands, and is acknowledged only when those who look for changes see it. */
  async #announced({ key, from, to }: DocumentChange): Promise<DocumentOutcome> {
    if (!makesRevision(from, to)) return { kind: 'changed' };
    const begunMs = this.#components.clock.monotonicMs();
    for (let attempt = 0; ; attempt += 1) {
      try {
        // another one each time: one that comes late must not be taken for what was there before
        await this.#tables.revisions.write(key.scope, this.#server, this.#newUuid());
        return { kind: 'changed' };
      } catch {
        if (!(await this.#resolver.pause(attempt, begunMs))) return { kind: 'unknown' };
      }
    }
  }

  #keptOpen<Result>(work: Promise<Result>): Promise<Result> {
    this.#open.add(work);
    void work.finally(() => this.#open.delete(work));
    return work;
  }

  #newUuid(): Uuid {
    return requireUuid(this.#components.ids.newId());
  }
}
