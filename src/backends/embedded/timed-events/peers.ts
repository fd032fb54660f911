import { type Claim, fnv1a, type Uuid, uuidAt } from '../../../core/index.js';
import type { Clock } from '../../../runtime/index.js';
import type { Tables } from '../schema.js';
import { uuidBytes } from '../uuid-bytes.js';

export interface Beat {
  readonly epoch: number;
  readonly beat: number;
}

interface Seen extends Beat {
  /** When this beat was seen first, by the monotonic clock. */
  readonly sinceMs: number;
}

/** A poller whose beat has stood still for so long holds nothing any more (`lease.ts`). */
const GONE_MS = 3_500;
/** Rows of pollers that were killed are kept for so long. */
const FORGOTTEN_MS = 60_000;

export function encodeBeat({ epoch, beat }: Beat): Buffer {
  const value = Buffer.allocUnsafe(12);
  value.writeUIntBE(epoch, 0, 6);
  value.writeUIntBE(beat, 6, 6);
  return value;
}

function decodeBeat(value: Buffer): Beat {
  return { epoch: value.readUIntBE(0, 6), beat: value.readUIntBE(6, 6) };
}

/** Which pollers of all processes live, as one of them sees it. */
export class Peers {
  readonly #own: Uuid;
  readonly #clock: Clock;
  readonly #seen = new Map<Uuid, Seen>();
  #living: readonly Uuid[] = [];

  constructor(own: Uuid, clock: Clock) {
    this.#own = own;
    this.#clock = clock;
  }

  /** Looks at all of them. Answers whether one has gone since the last look. */
  look(tables: Tables): boolean {
    const rows = [...tables.timedPollers.getRange({})];
    const ids = rows.map(({ key, value }) => {
      const id = uuidAt(key);
      this.#see(id, decodeBeat(value));
      return id;
    });
    for (const id of this.#seen.keys()) if (!ids.includes(id)) this.#seen.delete(id);
    const before = this.#living;
    this.#living = ids.filter((id) => id === this.#own || this.#stillMs(id) < GONE_MS);
    return before.some((id) => !this.#living.includes(id));
  }

  /**
   * Whether the poller has lost the claim for certain. A claim is younger than the row of its
   * poller, so a snapshot that has the claim and no row shows that the row was removed.
   */
  isGone(tables: Tables, { poller, epoch }: Pick<Claim, 'poller' | 'epoch'>): boolean {
    const value = tables.timedPollers.get(uuidBytes(poller));
    if (value === undefined) return true;
    const beat = decodeBeat(value);
    if (epoch < beat.epoch) return true;
    if (poller === this.#own) return false;
    this.#see(poller, beat);
    return this.#stillMs(poller) >= GONE_MS;
  }

  /** Whether an entry is to be taken by this poller first: all that live share them out. */
  prefers(id: string): boolean {
    if (this.#living.length < 2) return true;
    return this.#living[fnv1a(id) % this.#living.length] === this.#own;
  }

  /** Whether some have been gone for so long that nobody asks for them. */
  get hasForgotten(): boolean {
    return this.#forgotten().length > 0;
  }

  /** Removes the rows of those that still have not moved, within a write transaction. */
  removeForgotten(tables: Tables): void {
    for (const id of this.#forgotten()) {
      const key = uuidBytes(id);
      const value = tables.timedPollers.get(key);
      if (value !== undefined) this.#see(id, decodeBeat(value));
      if (this.#stillMs(id) >= FORGOTTEN_MS) tables.timedPollers.removeSync(key);
    }
  }

  #forgotten(): Uuid[] {
    return [...this.#seen.keys()].filter(
      (id) => id !== this.#own && this.#stillMs(id) >= FORGOTTEN_MS,
    );
  }

  #see(id: Uuid, { epoch, beat }: Beat): void {
    const seen = this.#seen.get(id);
    if (seen?.epoch === epoch && seen.beat === beat) return;
    this.#seen.set(id, { epoch, beat, sinceMs: this.#clock.monotonicMs() });
  }

  #stillMs(id: Uuid): number {
    const seen = this.#seen.get(id);
    return seen === undefined ? 0 : this.#clock.monotonicMs() - seen.sinceMs;
  }
}
