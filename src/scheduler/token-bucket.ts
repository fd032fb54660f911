/** Lets through what is late, at most so many a second; fractions add up. */
export class TokenBucket {
  readonly #perSecond: number;
  /** A tenth of a second's worth at once: enough for the poller's pace, and no burst. */
  readonly #capacity: number;
  #tokens: number;
  #atMs: number | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, perSecond / 10);
    this.#tokens = this.#capacity;
  }

  refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#atMs = nowMs;
    const added = (passedMs * this.#perSecond) / 1_000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + added);
  }

  get hasOne(): boolean {
    return this.#tokens >= 1;
  }

  takeOne(): void {
    this.#tokens -= 1;
  }

  /** How long until there is one; 0: now. */
  get waitMs(): number {
    return this.hasOne ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond);
  }
}
