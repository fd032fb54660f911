import type { Percentiles } from '../model/load-result.js';

/** Collects latencies of one run. Exact: keeps each, 8 bytes. */
export class Latencies {
  #values = new Float64Array(1 << 16);
  #size = 0;

  add(ms: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size] = ms;
    this.#size += 1;
  }

  percentiles(): Percentiles | undefined {
    if (this.#size === 0) return undefined;
    const sorted = this.#values.slice(0, this.#size).sort();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}
