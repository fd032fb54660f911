import { FairQueue } from './fair-queue.js';

/** Who waits: in a line, applications take turns, and each keeps the order of its times. */
export interface Waiting {
  readonly application: string;
  readonly atMs: number;
}

/** As with the gate: however many lines are long, the next one still gets room. */
const SHARE_OF_FREE = 0.5;

/**
 * Lines by name, bounded together; an application may have half of the room that is free, in each
 * line: the many that one has in a line do not keep others out of it.
 */
export class WaitingLines<Item extends Waiting> {
  readonly #max: number;
  readonly #weightOf: (application: string) => number;
  readonly #lines = new Map<string, FairQueue<Item>>();
  #size = 0;

  constructor(max: number, weightOf: (application: string) => number) {
    this.#max = max;
    this.#weightOf = weightOf;
  }

  get size(): number {
    return this.#size;
  }

  lengthOf(name: string): number {
    return this.#lines.get(name)?.size ?? 0;
  }

  /** False: the application has enough in this line. */
  join(name: string, item: Item): boolean {
    const line = this.#lines.get(name) ?? new FairQueue<Item>(this.#weightOf);
    const { application, atMs } = item;
    const free = this.#max - this.#size;
    if (line.sizeOf(application) >= free * SHARE_OF_FREE) return false;
    this.#lines.set(name, line);
    line.push(application, atMs, item);
    this.#size += 1;
    return true;
  }

  /**
   * Lets items of a line go, from the first on, until one says `stop`, or `stay`: then it keeps
   * its place. `letGo` may put it into another line, not into this one.
   */
  drain(name: string, letGo: (item: Item) => 'more' | 'stop' | 'stay'): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    for (;;) {
      const item = line.first;
      if (item === undefined) break;
      const what = letGo(item);
      if (what === 'stay') break;
      line.shift();
      this.#size -= 1;
      if (what === 'stop') break;
    }
    if (line.size === 0) this.#lines.delete(name);
  }
}
