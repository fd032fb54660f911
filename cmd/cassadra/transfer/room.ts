/** Bounds what is under way: so many batches, so many bytes. One alone may be larger. */
export class Room {
  readonly #countMax: number;
  readonly #bytesMax: number;
  #count = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor(countMax: number, bytesMax: number) {
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  /** Waits for room; answers what gives it back. For one caller at a time. */
  async take(bytes: number): Promise<() => void> {
    while (this.#isFull(bytes)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#count += 1;
    this.#bytes += bytes;
    return () => {
      this.#count -= 1;
      this.#bytes -= bytes;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    };
  }

  #isFull(bytes: number): boolean {
    if (this.#count === 0) return false;
    return this.#count >= this.#countMax || this.#bytes + bytes > this.#bytesMax;
  }
}
