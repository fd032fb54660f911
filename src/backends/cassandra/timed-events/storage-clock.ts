import type { Clock } from '../../../runtime/index.js';

/** A sample is wrong by half its way at most; after a pause that may be anything. */
const WAY_MAX_MS = 500;
/** A sample serves until one with a shorter way comes, or so long: clocks drift. */
const SAMPLE_AGE_MS = 10_000;

/**
 * The time of Cassandra, carried by the monotonic clock. Notices are ordered by it, so that a step
 * of this machine's wall clock puts none of them where nobody looks.
 */
export class StorageClock {
  readonly #clock: Clock;
  #offsetMs: number;
  #wayMs = Number.POSITIVE_INFINITY;
  #sampledMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.nowMs() - clock.monotonicMs();
  }

  nowMs(): number {
    return Math.floor(this.#clock.monotonicMs() + this.#offsetMs);
  }

  /** Cassandra told its time between two moments of the monotonic clock. */
  observe(thereMs: number, sentMs: number, receivedMs: number): void {
    const wayMs = receivedMs - sentMs;
    if (wayMs > WAY_MAX_MS) return;
    if (wayMs > this.#wayMs && receivedMs - this.#sampledMs < SAMPLE_AGE_MS) return;
    this.#offsetMs = thereMs - (sentMs + receivedMs) / 2;
    this.#wayMs = wayMs;
    this.#sampledMs = receivedMs;
  }
}
