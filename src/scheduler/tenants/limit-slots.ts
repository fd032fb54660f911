import type { Clock } from '../../runtime/index.js';
import type { LimitState, SlotAsk, SlotPlan } from './limit-document.js';

/** Calls begin under slots for so long after the last beat that was acknowledged was sent. */
const GOOD_FOR_MS = 5_000;
/** Slots that nobody uses are kept for the next call. */
const IDLE_MS = 1_000;
/** So long a poller has what cannot be shared evenly, while others wait for it. */
const TURN_MS = 1_000;

/** The slots that a poller holds of a limit, and the calls under them. */
export class LimitSlots {
  readonly #clock: Clock;
  #held = 0;
  #ceiling = 0;
  #used = 0;
  #goodUntilMs = Number.NEGATIVE_INFINITY;
  #usedMs = Number.NEGATIVE_INFINITY;
  #turnFromMs = Number.NEGATIVE_INFINITY;
  #beat = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls under way. */
  get used(): number {
    return this.#used;
  }

  get held(): number {
    return this.#held;
  }

  /** Whether one more call may be admitted. */
  hasOne(concurrency: number | undefined): boolean {
    if (concurrency === undefined) return true;
    return this.isGood && this.#used < Math.min(this.#held, this.#ceiling, concurrency);
  }

  /** Whether calls that are admitted may begin. */
  get isGood(): boolean {
    return this.#clock.monotonicMs() < this.#goodUntilMs;
  }

  /** Whether a slot that is free now is to be given back. */
  get owes(): boolean {
    return this.#held > Math.max(this.#used, this.#ceiling);
  }

  use(): void {
    this.#used += 1;
  }

  free(): void {
    this.#used -= 1;
    this.#usedMs = this.#clock.monotonicMs();
  }

  /** After this, idle slots are to be given back; infinite: there are none. */
  get idleAtMs(): number {
    return this.#held > 0 && this.#used === 0 ? this.#usedMs + IDLE_MS : Number.POSITIVE_INFINITY;
  }

  ask(poller: string, waiting: number): SlotAsk {
    const nowMs = this.#clock.monotonicMs();
    const wants = this.#used + waiting;
    const idle = wants === 0 && nowMs >= this.idleAtMs;
    return {
      poller,
      used: this.#used,
      holding: idle ? 0 : this.#held,
      wants,
      turnOver: this.#held > 0 && nowMs - this.#turnFromMs >= TURN_MS,
      beat: this.#beat + 1,
    };
  }

  /** Before a plan is written: what it gives back must not be used from now on. */
  prepare({ held, ceiling }: SlotPlan, before: LimitState, poller: string): void {
    const isKnown = before.pollers[poller] !== undefined;
    this.#held = Math.min(this.#held, isKnown ? held : this.#used);
    this.#ceiling = Math.min(ceiling, this.#held);
    this.#beat += 1;
  }

  /** A plan was stored; it was sent at `sentMs` by the monotonic clock. */
  stored({ held, ceiling, drewTicket }: SlotPlan, sentMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (drewTicket || (this.#held === 0 && held > 0)) this.#turnFromMs = nowMs;
    if (held > this.#held) this.#usedMs = nowMs;
    this.#held = held;
    this.#ceiling = ceiling;
    this.#goodUntilMs = sentMs + GOOD_FOR_MS;
  }
}
