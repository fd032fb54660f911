/** How long a reader at the end waits for events that nobody tells of. */
export class PollInterval {
  readonly #minMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor({ pollMinMs, pollMaxMs }: { pollMinMs: number; pollMaxMs: number }) {
    this.#minMs = pollMinMs;
    this.#maxMs = pollMaxMs;
    this.#nextMs = pollMinMs;
  }

  /** The next wait; the one after it is twice as long. */
  takeMs(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(2 * ms, this.#maxMs);
    return ms;
  }

  /** Something came. */
  reset(): void {
    this.#nextMs = this.#minMs;
  }
}
