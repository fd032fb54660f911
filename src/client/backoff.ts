import type { CallPolicy } from './connect-options.js';
import type { ClientTime } from './time.js';

/** Pauses of full jitter: from 0 to a limit that doubles up to the longest one. */
export class Backoff {
  readonly #firstDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #time: Pick<ClientTime, 'random'>;
  #failures = 0;

  constructor(
    { firstDelayMs, maxDelayMs }: Exclude<CallPolicy['retry'], false>,
    time: Pick<ClientTime, 'random'>,
  ) {
    this.#firstDelayMs = firstDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#time = time;
  }

  /** The pause after one more failure, ms. */
  nextMs(): number {
    const limitMs = Math.min(this.#maxDelayMs, this.#firstDelayMs * 2 ** this.#failures);
    this.#failures += 1;
    return Math.round(limitMs * this.#time.random());
  }

  /** There was a success. */
  reset(): void {
    this.#failures = 0;
  }
}
