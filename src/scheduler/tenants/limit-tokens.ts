import type { Clock } from '../../runtime/index.js';
import { ratePeriod, type RatePeriod } from './limit-document.js';

/** A token is good for one call that begins in its period. Undefined: there was no rate. */
export type Token = { readonly period: RatePeriod | undefined };

/** Part of a period that is taken at once: at least, and at most. */
const BATCH = { min: 1 / 10, max: 1 / 5 };

/** The tokens that a poller has in hand, and those of calls that have not begun. */
export class LimitTokens {
  readonly #clock: Clock;
  #rate: number | undefined;
  #period: RatePeriod | undefined;
  #left = 0;
  /** Oldest first. */
  readonly #notBegun = new Set<{ period: RatePeriod | undefined }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is left of an earlier rate is good for nothing. */
  setRate(rate: number | undefined): void {
    if (rate === this.#rate) return;
    this.#rate = rate;
    this.#left = 0;
  }

  get hasOne(): boolean {
    return this.#rate === undefined || (this.#left > 0 && this.#isNow(this.#period));
  }

  /** For a call that is admitted; `hasOne` must have said yes. */
  take(): Token {
    const token = { period: this.#rate === undefined ? undefined : this.#period };
    if (token.period !== undefined) this.#left -= 1;
    this.#notBegun.add(token);
    return token;
  }

  /** Whether a call may begin under its token at this moment, or in exchange for another one. */
  isGood({ period }: Token): boolean {
    return this.#rate === undefined || this.#isNow(period) || this.hasOne;
  }

  /** The call begins; `isGood` must have said yes. */
  spend(token: Token): void {
    this.#notBegun.delete(token);
    if (this.#rate !== undefined && !this.#isNow(token.period)) this.#left -= 1;
  }

  /** The call is over. If it never began, another one may have its token. */
  giveBack(token: Token): void {
    if (!this.#notBegun.delete(token) || token.period === undefined) return;
    if (token.period.fromMs === this.#period?.fromMs) this.#left += 1;
  }

  /** When the first token of a call that has not begun lapses, by the wall clock. */
  get lapseAtMs(): number {
    if (this.#rate === undefined) return Number.POSITIVE_INFINITY;
    let firstMs = Number.POSITIVE_INFINITY;
    for (const { period } of this.#notBegun) firstMs = Math.min(firstMs, period?.untilMs ?? 0);
    return firstMs;
  }

  /** So many to ask for, when `waiting` calls wait for one; calls that are admitted come first. */
  wanted(waiting: number): number {
    if (this.#rate === undefined) return 0;
    const lapsed = [...this.#notBegun].filter(({ period }) => !this.#isNow(period)).length;
    const missing = waiting + lapsed - (this.hasOne ? this.#left : 0);
    if (missing <= 0) return 0;
    const { capacity } = ratePeriod(this.#rate, this.#clock.nowMs());
    const least = Math.ceil(capacity * BATCH.min);
    return Math.max(Math.min(missing, Math.ceil(capacity * BATCH.max)), least);
  }

  /** Tokens of a period, taken at `rate`. */
  add(tokens: number, period: RatePeriod, rate: number): void {
    if (rate !== this.#rate) return;
    if (period.fromMs !== this.#period?.fromMs) this.#left = 0;
    this.#period = period;
    this.#left += tokens;
    if (!this.#isNow(period)) return;
    for (const token of this.#notBegun) {
      if (this.#left === 0) return;
      if (this.#isNow(token.period)) continue;
      token.period = period;
      this.#left -= 1;
    }
  }

  #isNow(period: RatePeriod | undefined): boolean {
    if (period === undefined) return false;
    const nowMs = this.#clock.nowMs();
    return nowMs >= period.fromMs && nowMs < period.untilMs;
  }
}
