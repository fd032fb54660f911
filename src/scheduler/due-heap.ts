import { MinHeap } from '../core/index.js';

interface Node<Item> {
  readonly atMs: number;
  readonly item: Item;
}

/** Items by time, the smallest `atMs` first. */
export class DueHeap<Item> {
  readonly #nodes = new MinHeap<Node<Item>>((left, right) => left.atMs < right.atMs);

  get size(): number {
    return this.#nodes.size;
  }

  /** Time of the first one; infinite when there is none. */
  get firstMs(): number {
    return this.#nodes.top?.atMs ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number, item: Item): void {
    this.#nodes.push({ atMs, item });
  }

  /** Takes the first one, if it is not later than `untilMs`. */
  popUntil(untilMs: number): Item | undefined {
    return this.firstMs > untilMs ? undefined : this.#nodes.pop()?.item;
  }
}
