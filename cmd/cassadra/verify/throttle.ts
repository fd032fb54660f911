import type { Clock, Timers } from '../../../src/runtime/index.js';

/** So much ahead of the rate is not worth a pause. */
const SLACK_MS = 50;

/** Keeps a run to so many events a second. */
export class Throttle {
  readonly #perSecond: number | undefined;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #dueMs: number;

  /** Undefined: as fast as it goes. */
  constructor(
    perSecond: number | undefined,
    { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
  ) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#timers = timers;
    this.#dueMs = clock.monotonicMs();
  }

  /** Waits when one event more would be too fast. Time that was not used is not made up for. */
  async pass(): Promise<void> {
    if (this.#perSecond === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    this.#dueMs = Math.max(this.#dueMs, nowMs - SLACK_MS) + 1_000 / this.#perSecond;
    if (this.#dueMs - nowMs > SLACK_MS) await this.#timers.sleep(this.#dueMs - nowMs);
  }
}
