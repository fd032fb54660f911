import { randomUUID } from 'node:crypto';
import { connect, type Cassadra } from '../../src/client/index.js';

const PACE_MS = 10;

/** A client that appends and reads as it always does, and knows how long that took. */
export class GoodClient {
  readonly #client: Cassadra;
  readonly #stream = `good-${randomUUID()}`;
  #appended = 0;

  constructor(port: number) {
    this.#client = connect({ address: `127.0.0.1:${port}`, retry: false, timeoutMs: 60_000 });
  }

  /** How long each call took, in ms, ascending. Throws when one fails. */
  async measure(untilOver: Promise<unknown>): Promise<readonly number[]> {
    const tookMs: number[] = [];
    let isOver = false;
    void untilOver.finally(() => (isOver = true));
    while (!isOver) {
      const startMs = performance.now();
      await this.#client.append(this.#stream, [{ type: 'Good', data: { n: this.#appended } }]);
      this.#appended += 1;
      tookMs.push(performance.now() - startMs);
      await new Promise((resolve) => {
        setTimeout(resolve, PACE_MS);
      });
    }
    return tookMs.sort((a, b) => a - b);
  }

  /** Whether all it has appended is there. */
  async isWhole(): Promise<boolean> {
    const { currentVersion } = await this.#client.getStream(this.#stream);
    return currentVersion === this.#appended;
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** The value that 99 of 100 do not exceed. */
export function p99(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length * 0.99)] ?? Infinity;
}
