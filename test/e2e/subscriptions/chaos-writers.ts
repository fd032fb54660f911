import type { Cassadra, NewEvent } from '../../../src/client/index.js';
import type { Draws } from '../../../src/runtime/index.js';
import { TYPES } from './reader-plan.js';

const WRITERS = 8;
const SHARED_STREAMS = 12;
const PIPELINED = 8;
const BATCH_MAX = 4;

/** One append, as it was acknowledged. */
interface Write {
  readonly stream: string;
  readonly events: readonly (NewEvent & { readonly eventId: string })[];
}

/**
 * Writers that append a number of events and go on by themselves, whatever becomes of the servers:
 * half of them one call after the other, each call to a stream of its own at an exact version or to
 * a shared one; half of them pipelined, to shared streams.
 */
export class ChaosWriters {
  /** Stream and version of each acknowledged event, by event id. */
  readonly acknowledged = new Map<string, string>();
  /** Resolves when all is acknowledged. */
  readonly done: Promise<unknown>;
  /** Appends whose first answer was lost. */
  duplicates = 0;
  readonly #draws: Draws;
  readonly #total: number;
  #taken = 0;
  #allowed = 0;
  #watchers: (() => void)[] = [];

  constructor(stores: readonly Cassadra[], total: number, draws: Draws) {
    this.#total = total;
    this.#draws = draws;
    const writers = Array.from({ length: WRITERS }, (_, index) => {
      const store = stores[index % stores.length];
      if (store === undefined) throw new Error('no store');
      return index < WRITERS / 2 ? this.#callOnes(store, index) : this.#pipeline(store);
    });
    this.done = Promise.all(writers);
    // told when it is awaited
    this.done.catch(() => this.#wake());
  }

  /** Lets them write until so many events in all. */
  allow(upTo: number): void {
    this.#allowed = Math.min(this.#total, upTo);
    this.#wake();
  }

  /** Until so many events are acknowledged; fails when a writer does. */
  async untilAcknowledged(count: number): Promise<void> {
    while (this.acknowledged.size < count) await Promise.race([this.#changed(), this.done]);
  }

  async #callOnes(store: Cassadra, index: number): Promise<void> {
    const own = `own-${index}`;
    let version = 0;
    for (let count = await this.#take(); count > 0; count = await this.#take()) {
      const exact = this.#draws.chance(0.5);
      const write = this.#write(exact ? own : this.#sharedStream(), count);
      const expected = exact ? version : 'any';
      const { firstVersion, duplicate } = await store.append(write.stream, write.events, {
        expected,
      });
      if (exact) version += count;
      this.#keep(write, firstVersion, duplicate);
    }
  }

  async #pipeline(store: Cassadra): Promise<void> {
    const pipeline = store.appendMany();
    for (let more = true; more; ) {
      const appends: Promise<void>[] = [];
      while (more && appends.length < PIPELINED) {
        const count = await this.#take();
        more = count > 0;
        if (!more) break;
        const write = this.#write(this.#sharedStream(), count);
        appends.push(
          pipeline
            .append(write.stream, write.events)
            .then(({ firstVersion, duplicate }) => this.#keep(write, firstVersion, duplicate)),
        );
      }
      await Promise.all(appends);
    }
    await pipeline.close();
  }

  #sharedStream(): string {
    return `shared-${this.#draws.whole(0, SHARED_STREAMS - 1)}`;
  }

  #write(stream: string, count: number): Write {
    const events = Array.from({ length: count }, () => {
      return { eventId: this.#draws.uuid(), type: this.#draws.pick(TYPES), data: { stream } };
    });
    return { stream, events };
  }

  #keep({ stream, events }: Write, firstVersion: number, duplicate: boolean): void {
    if (duplicate) this.duplicates += 1;
    for (const [index, { eventId }] of events.entries()) {
      this.acknowledged.set(eventId, `${stream} ${firstVersion + index}`);
    }
    this.#wake();
  }

  /** How many events to write next; 0: it is over. */
  async #take(): Promise<number> {
    while (this.#taken >= this.#allowed) {
      if (this.#taken >= this.#total) return 0;
      await this.#changed();
    }
    const left = this.#allowed - this.#taken;
    const count = Math.min(left, this.#draws.whole(1, BATCH_MAX));
    this.#taken += count;
    if (this.#taken >= this.#total) this.#wake();
    return count;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  #wake(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const resolve of watchers) resolve();
  }
}
