import type { ClientTime } from '../client/index.js';
import type { FakeTime, Random, Timers } from '../runtime/index.js';
import { turn, type Activity } from './activity.js';
import type { DueTimes } from './due-times.js';

/** Time that stands still until a test moves it. Also the `time` of what takes one. */
export interface TestClock extends ClientTime {
  /**
   * Moves time on by whole ms and resolves when everything has happened that comes due on the way,
   * each at its own time: timed events fire, retries and time-outs take place. `advance(0)`: what
   * is due now. It waits for `onCall`, which must not wait for the clock itself. One at a time.
   */
  advance(ms: number): Promise<void>;
}

export interface ManualClockParts {
  readonly time: FakeTime;
  readonly random: Random;
  readonly due: DueTimes;
  readonly activity: Activity;
  /** Takes what is due and begins it. */
  readonly fire: (nowMs: number) => Promise<unknown>;
}

/** While an attempt is under way, or waits for its turn, time goes in steps up to this long. */
const STEP_MS = 500;
/** Timed events that schedule others for the same moment, one after the other. */
const ROUNDS_MAX = 1_000;

export class ManualClock implements TestClock, Timers {
  readonly #parts: ManualClockParts;
  #moving = false;

  constructor(parts: ManualClockParts) {
    this.#parts = parts;
  }

  nowMs(): number {
    return this.#parts.time.nowMs();
  }

  monotonicMs(): number {
    return this.#parts.time.monotonicMs();
  }

  random(): number {
    return this.#parts.random.next();
  }

  /** No time at all is over at once. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return ms > 0 ? this.#parts.time.sleep(ms, signal) : turn();
  }

  after(ms: number, run: () => void): () => void {
    return this.#parts.time.after(ms, run);
  }

  async advance(ms: number): Promise<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError('ms must be a whole number, at least 0');
    }
    if (this.#moving) throw new Error('the clock is being moved already: await each advance()');
    this.#moving = true;
    try {
      await this.#moveTo(this.nowMs() + ms);
    } finally {
      this.#moving = false;
    }
  }

  async #moveTo(untilMs: number): Promise<void> {
    const { time } = this.#parts;
    for (;;) {
      await this.#fireDue();
      const nowMs = time.nowMs();
      if (nowMs >= untilMs) return;
      time.advance(Math.min(this.#nextMs(nowMs), untilMs) - nowMs);
    }
  }

  /** When something may happen to a timed event. What else waits is woken on the way. */
  #nextMs(nowMs: number): number {
    const { due, time } = this.#parts;
    const firstMs = due.firstAfter(nowMs);
    if (!due.isDue(nowMs)) return firstMs;
    const stepMs = Math.max(1, Math.min(STEP_MS, Math.ceil(time.msUntilWake())));
    return Math.min(firstMs, nowMs + stepMs);
  }

  async #fireDue(): Promise<void> {
    const { activity, due, fire } = this.#parts;
    await activity.settled();
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
      if (!due.isDue(this.nowMs())) return;
      const { changes } = due;
      await fire(this.nowMs());
      await activity.settled();
      if (due.changes === changes) return;
    }
    throw new Error('timed events go on coming due at the same moment');
  }
}
