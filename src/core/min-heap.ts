/** A binary heap: what comes first by `isBefore` is on top. Adding and taking are O(log n). */
export class MinHeap<Item> {
  readonly #items: Item[] = [];
  readonly #isBefore: (left: Item, right: Item) => boolean;

  constructor(isBefore: (left: Item, right: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get top(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      items[index] = parent;
      index = above;
    }
    items[index] = item;
  }

  pop(): Item | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return first;
  }

  /** Puts the item where the top was and moves it down to its place. */
  #sink(item: Item): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [leftItem, rightItem] = [items[left], items[left + 1]];
      if (leftItem === undefined) break;
      const goesRight = rightItem !== undefined && this.#isBefore(rightItem, leftItem);
      const child = goesRight ? rightItem : leftItem;
      if (!this.#isBefore(child, item)) break;
      items[index] = child;
      index = goesRight ? left + 1 : left;
    }
    items[index] = item;
  }
}
