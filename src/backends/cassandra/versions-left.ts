import type { StreamQuery } from '../../storage/index.js';
import type { VersionRange } from './earlier-rows.js';

/** The versions of a stream that are still to be asked for, in the order in which they are read. */
export class VersionsLeft {
  readonly #step: 1 | -1;
  #next: number;
  #wanted: number;

  /** From `version` on, at most `wanted` of them. */
  constructor(direction: StreamQuery['direction'], version: number, wanted: number) {
    this.#step = direction === 'forward' ? 1 : -1;
    this.#next = version;
    this.#wanted = wanted;
  }

  get next(): number {
    return this.#next;
  }

  get wanted(): number {
    return this.#wanted;
  }

  /** How many there are of those wanted, in a stream that has come to `currentVersion`. */
  known(currentVersion: number): number {
    const end = this.#step === 1 ? currentVersion : 1;
    return Math.max(0, Math.min(this.#wanted, (end - this.#next) * this.#step + 1));
  }

  /** The next `count`, which must be known. */
  take(count: number): VersionRange {
    const first = this.#next;
    const last = first + this.#step * (count - 1);
    this.goOn(last + this.#step, count);
    return { from: Math.min(first, last), to: Math.max(first, last) };
  }

  /** From `version` on, after so many more. */
  goOn(version: number, taken: number): void {
    this.#next = version;
    this.#wanted -= taken;
  }
}
