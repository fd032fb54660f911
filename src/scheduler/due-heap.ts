/** A binary heap: the smallest `atMs` first. Adding and taking are O(log n). */
export class DueHeap<Item> {
  readonly #nodes: { readonly atMs: number; readonly item: Item }[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  /** Time of the first one; infinite when there is none. */
  get firstMs(): number {
    return this.#nodes[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number, item: Item): void {
    const node = { atMs, item };
    let index = this.#nodes.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#nodes[above];
      if (parent === undefined || parent.atMs <= atMs) break;
      this.#nodes[index] = parent;
      index = above;
    }
    this.#nodes[index] = node;
  }

  /** Takes the first one, if it is not later than `untilMs`. */
  popUntil(untilMs: number): Item | undefined {
    const first = this.#nodes[0];
    if (first === undefined || first.atMs > untilMs) return undefined;
    const last = this.#nodes.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.item;
  }

  #sink(node: { readonly atMs: number; readonly item: Item }): void {
    let index = 0;
    for (;;) {
      const left = this.#nodes[2 * index + 1];
      const right = this.#nodes[2 * index + 2];
      const useRight = left !== undefined && right !== undefined && right.atMs < left.atMs;
      const child = useRight ? right : left;
      if (child === undefined || child.atMs >= node.atMs) break;
      this.#nodes[index] = child;
      index = 2 * index + (useRight ? 2 : 1);
    }
    this.#nodes[index] = node;
  }
}
