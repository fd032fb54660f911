const FIRST_ROWS = 16;
/** Rows may hold 1 MiB each, and what the next page holds is not known: this bounds one answer. */
const ROWS_MAX = 128;
const BYTES_AIM = 2 * 1_048_576;
/** However many read at once: fewer rows would cost more round trips than they save memory. */
const ROWS_LEAST = 4;

/**
 * How many rows to ask for: few at first, at most twice as many each time, by what they weigh.
 * `sharers` read at the same time and share what one would take.
 */
export class FetchSize {
  readonly #rowsMax: number;
  readonly #bytesAim: number;
  #rows: number;

  constructor({ limit = ROWS_MAX, sharers = 1 } = {}) {
    this.#rowsMax = Math.max(ROWS_LEAST, Math.floor(ROWS_MAX / sharers));
    this.#bytesAim = BYTES_AIM / sharers;
    this.#rows = Math.max(1, Math.min(FIRST_ROWS, this.#rowsMax, limit));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Learns from a page. */
  seen(rows: number, bytes: number): void {
    const fitting = Math.floor((this.#bytesAim * rows) / Math.max(1, bytes));
    this.#rows = Math.max(1, Math.min(fitting, 2 * this.#rows, this.#rowsMax));
  }
}
