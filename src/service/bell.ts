import type { Timers } from '../runtime/index.js';

/** What a reader waits on: rung by notices and by its end. A ring while it is busy is kept. */
export class Bell {
  readonly #timers: Timers;
  #rung = false;
  #waiting: AbortController | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  ring(): void {
    this.#rung = true;
    this.#waiting?.abort();
  }

  /** Forgets a ring: what it told of is about to be read. */
  silence(): void {
    this.#rung = false;
  }

  /** Until it rings, at most `ms`. Answers whether it rang. */
  async wait(ms: number): Promise<boolean> {
    if (this.#rung) return true;
    const waiting = new AbortController();
    this.#waiting = waiting;
    await this.#timers.sleep(ms, waiting.signal);
    this.#waiting = undefined;
    return this.#rung;
  }
}
