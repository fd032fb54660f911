import type { StreamQuery } from '../../storage/index.js';
import type { VersionRange } from './earlier-rows.js';

/** The versions of a stream that are still to be asked for, in the order in which they are read. */
export class VersionsLeft {
  readonly #step: 1 | -1;
  #next: number;
  #limit: number;

  /** Behind `version`, at most `limit` of them. */
  constructor(direction: StreamQuery['direction'], version: number, limit: number) {
    this.#step = direction === 'forward' ? 1 : -1;
    this.#next = version + this.#step;
    this.#limit = limit;
  }

  /** The next ones, at most `count`; undefined: none, while the stream has `currentVersion`. */
  take(count: number, currentVersion: number): VersionRange | undefined {
    const end = this.#step === 1 ? currentVersion : 1;
    const taken = Math.min(count, this.#limit, (end - this.#next) * this.#step + 1);
    if (taken < 1) return undefined;
    const first = this.#next;
    const last = first + this.#step * (taken - 1);
    this.#next = last + this.#step;
    this.#limit -= taken;
    return { from: Math.min(first, last), to: Math.max(first, last) };
  }
}
