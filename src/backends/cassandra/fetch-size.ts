const FIRST_ROWS = 16;
/** Where rows are known to be small. */
const FIRST_ROWS_MAX = 128;
/** More make an answer hardly cheaper, and until a large row was met all of it may be large. */
const ROWS_MAX = 512;
const BYTES_AIM = 2 * 1_048_576;
/** What the next page holds is not known: all of it may be as large as the largest row so far. */
const ANSWER_BYTES_MAX = 128 * 1_048_576;
/** However many read at once: fewer rows would cost more round trips than they save memory. */
const ROWS_LEAST = 4;
const GROWTH = 4;
/** More would wait for one another where they are read from the socket. */
const PAGES_AT_ONCE_MAX = 2;

/** The largest row that any reader has met: reads to come are bounded by it. */
export class LargestRow {
  #bytes = 0;

  see(bytes: number): void {
    if (bytes > this.#bytes) this.#bytes = bytes;
  }

  /** Answers what all of them have together. */
  seeAll(sizes: readonly number[]): number {
    let sum = 0;
    for (const bytes of sizes) {
      this.see(bytes);
      sum += bytes;
    }
    return sum;
  }

  /** How many such rows there may be in one answer. */
  get rowsMax(): number {
    return Math.min(ROWS_MAX, Math.floor(ANSWER_BYTES_MAX / Math.max(1, this.#bytes)));
  }

  /** How many answers of so many such rows there may be at a time. */
  answersMax(rows: number): number {
    return Math.floor(ANSWER_BYTES_MAX / Math.max(1, rows * this.#bytes));
  }

  /** How many to ask for of what nothing else is known. */
  get firstRows(): number {
    if (this.#bytes === 0) return FIRST_ROWS;
    return Math.max(FIRST_ROWS, Math.min(FIRST_ROWS_MAX, Math.floor(BYTES_AIM / this.#bytes)));
  }
}

interface FetchSizeOptions {
  readonly largest: LargestRow;
  /** What is wanted in all. */
  readonly bytesAim?: number;
  /** As many read at the same time, and share what one would take. */
  readonly sharers?: number;
  /** What such rows had on average before. */
  readonly rowBytes?: number | undefined;
}

/** How many rows to ask for: few at first, then more and more, by what they weigh. */
export class FetchSize {
  readonly #largest: LargestRow;
  readonly #sharers: number;
  readonly #bytesAim: number;
  #rows: number;

  constructor({ largest, bytesAim = BYTES_AIM, sharers = 1, rowBytes }: FetchSizeOptions) {
    this.#largest = largest;
    this.#sharers = sharers;
    this.#bytesAim = Math.min(BYTES_AIM, bytesAim) / sharers;
    const first = rowBytes === undefined ? largest.firstRows : this.#fitting(rowBytes);
    this.#rows = Math.max(1, Math.min(first, this.#rowsMax));
  }

  get rows(): number {
    return this.#rows;
  }

  /** How many such pages may be on their way at once. */
  get pagesAtOnce(): number {
    return Math.max(1, Math.min(PAGES_AT_ONCE_MAX, this.#largest.answersMax(this.#rows)));
  }

  /** Learns from a page. */
  seen(rows: number, bytes: number): void {
    if (rows === 0) return;
    const fitting = this.#fitting(bytes / rows);
    this.#rows = Math.max(1, Math.min(fitting, GROWTH * this.#rows, this.#rowsMax));
  }

  #fitting(rowBytes: number): number {
    return Math.floor(this.#bytesAim / Math.max(1, rowBytes));
  }

  get #rowsMax(): number {
    return Math.max(ROWS_LEAST, Math.floor(this.#largest.rowsMax / this.#sharers));
  }
}
