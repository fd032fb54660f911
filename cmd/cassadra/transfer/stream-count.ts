import type { Cassadra } from '../../../src/client/index.js';
import type { Selection } from './export-format.js';
import { selectedStreams } from './selected-streams.js';

/** Counts streams beside a long run, so that it can say how much is left. */
export class StreamCount {
  #total: number | undefined;
  #ended = false;

  begin(store: Cassadra, selection: Selection): void {
    // only the display hangs on it
    this.#count(store, selection).catch(() => undefined);
  }

  end(): void {
    this.#ended = true;
  }

  /** Undefined until all are counted. */
  part(done: number): number | undefined {
    if (this.#total === undefined || this.#total === 0) return undefined;
    return Math.min(1, done / this.#total);
  }

  async #count(store: Cassadra, selection: Selection): Promise<void> {
    let total = 0;
    const streams = selectedStreams(store, selection);
    while ((await streams.next()).done !== true) {
      total += 1;
      if (this.#ended) return;
    }
    this.#total = total;
  }
}
