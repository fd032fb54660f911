import type { Clock } from '../../../runtime/index.js';
import type { Engine } from '../engine.js';
import { entryOfTimeKey, readEntryKey, timePrefix } from './keys.js';
import { readStored } from './entry-reader.js';
import { removeEntry } from './entry-writer.js';

/** Of one transaction: the event loop stands still for it. */
const STEP_ENTRIES = 100;
const PERIOD_MS = 2_000;

/** Removes finished entries that have been kept long enough, a few at a time. */
export class Retention {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #nextMonotonicMs = -Infinity;
  #running = false;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** A step when it is time for one. Throws `AppError`; the next call tries again. */
  async stepIfTime(nowMs: number): Promise<void> {
    if (this.#running || this.#clock.monotonicMs() < this.#nextMonotonicMs) return;
    this.#running = true;
    this.#nextMonotonicMs = this.#clock.monotonicMs() + PERIOD_MS;
    try {
      if (this.#expired(nowMs, 1).length === 0) return;
      const removed = await this.#engine.write(() => {
        const keys = this.#expired(nowMs, STEP_ENTRIES);
        for (const key of keys) this.#remove(key);
        return keys.length;
      });
      if (removed === STEP_ENTRIES) this.#nextMonotonicMs = -Infinity;
    } finally {
      this.#running = false;
    }
  }

  #expired(nowMs: number, limit: number): Buffer[] {
    return [...this.#engine.tables.timedExpiry.getKeys({ end: timePrefix(nowMs + 1), limit })];
  }

  #remove(key: Buffer): void {
    const event = readStored(this.#engine.tables, readEntryKey(entryOfTimeKey(key)));
    if (event === undefined) this.#engine.tables.timedExpiry.removeSync(key);
    else removeEntry(this.#engine.tables, event);
  }
}
