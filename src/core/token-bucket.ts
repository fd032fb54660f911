/** Lets so many through a second, and `capacity` at once; fractions add up. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #atMs: number | undefined;

  constructor(perSecond: number, capacity: number) {
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, capacity);
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

  /** What was taken was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + 1);
  }

  /** As if it had never been used. */
  get isFull(): boolean {
    return this.#tokens >= this.#capacity;
  }

  /** How long until there is one; 0: now. */
  get waitMs(): number {
    return this.hasOne ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond);
  }
}
