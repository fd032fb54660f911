const FIRST_ROWS = 16;
/** Rows may hold 1 MiB each, and what the next page holds is not known: this bounds one answer. */
const ROWS_MAX = 128;
const BYTES_AIM = 2 * 1_048_576;

/** How many rows to ask for: few at first, at most twice as many each time, by what they weigh. */
export class FetchSize {
  #rows: number;

  constructor(limit = ROWS_MAX) {
    this.#rows = Math.max(1, Math.min(FIRST_ROWS, limit));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Learns from a page. */
  seen(rows: number, bytes: number): void {
    const fitting = Math.floor((BYTES_AIM * rows) / Math.max(1, bytes));
    this.#rows = Math.max(1, Math.min(fitting, 2 * this.#rows, ROWS_MAX));
  }
}
