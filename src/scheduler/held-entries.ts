import type { DueEntry } from '../storage/index.js';
import { DueHeap } from './due-heap.js';
import { FairQueue } from './fair-queue.js';
import { HeldShares } from './held-shares.js';

export interface Held {
  readonly entry: DueEntry;
  readonly application: string;
  readonly atMs: number;
  readonly late: boolean;
}

/** Late entries held at once: some seconds' worth. The rest waits in the storage. */
const LATE_HELD_MAX = 2_000;

/**
 * What was taken and has not had its turn: what is on time by its time, what is late by turns of
 * the applications. Tells whose is enough, so that the next one's can be fetched.
 */
export class HeldEntries {
  readonly #max: number;
  readonly #onTime = new DueHeap<Held>();
  readonly #onTimeShares: HeldShares;
  readonly #late: FairQueue<Held>;
  readonly #lateShares = new HeldShares(LATE_HELD_MAX);

  constructor(max: number, weightOf: (application: string) => number) {
    this.#max = max;
    this.#onTimeShares = new HeldShares(max);
    this.#late = new FairQueue(weightOf);
  }

  /** How many more may be added that are on time. */
  get room(): number {
    return Math.max(0, this.#max - this.#onTime.size);
  }

  get lateRoom(): number {
    return Math.max(0, LATE_HELD_MAX - this.#late.size);
  }

  /** How many are held. */
  get sizes(): { readonly onTime: number; readonly late: number } {
    return { onTime: this.#onTime.size, late: this.#late.size };
  }

  get hasLate(): boolean {
    return this.#late.size > 0;
  }

  /** Time of the first one that is on time; infinite when there is none. */
  get firstMs(): number {
    return this.#onTime.firstMs;
  }

  /** Applications of which enough is held. */
  over(what: 'on-time' | 'late'): ReadonlySet<string> {
    return what === 'late' ? this.#lateShares.over : this.#onTimeShares.over;
  }

  /** `atMs`: when it is its turn, if that is not its time. */
  add(held: Held, atMs = held.atMs): void {
    const { application, late } = held;
    (late ? this.#lateShares : this.#onTimeShares).add(application);
    if (late) this.#late.push(application, atMs, held);
    else this.#onTime.push(atMs, held);
  }

  takeOnTime(untilMs: number): Held | undefined {
    const held = this.#onTime.popUntil(untilMs);
    if (held !== undefined) this.#onTimeShares.remove(held.application);
    return held;
  }

  takeLate(): Held | undefined {
    const held = this.#late.shift();
    if (held !== undefined) this.#lateShares.remove(held.application);
    return held;
  }

  /** Looks again at those of which enough was held; true when more of one may be added. */
  review(): boolean {
    const [onTime, late] = [this.#onTimeShares.review(), this.#lateShares.review()];
    return onTime || late;
  }
}
