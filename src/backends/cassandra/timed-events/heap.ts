/** A binary heap: the least item first. */
export class Heap<Item> {
  readonly #compare: (left: Item, right: Item) => number;
  readonly #items: Item[] = [];

  constructor(compare: (left: Item, right: Item) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = items[up];
      if (parent === undefined || this.#compare(parent, item) <= 0) break;
      items[index] = parent;
      items[up] = item;
      index = up;
    }
  }

  pop(): Item | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let index = 0;
    for (;;) {
      const child = this.#lesserChild(index);
      const item = items[child];
      if (item === undefined || this.#compare(last, item) <= 0) break;
      items[index] = item;
      index = child;
    }
    items[index] = last;
    return top;
  }

  #lesserChild(index: number): number {
    const left = 2 * index + 1;
    const leftItem = this.#items[left];
    const rightItem = this.#items[left + 1];
    if (leftItem === undefined || rightItem === undefined) return left;
    return this.#compare(leftItem, rightItem) <= 0 ? left : left + 1;
  }
}
