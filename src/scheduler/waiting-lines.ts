/** First in, first out; taking from the front is O(1). */
class Line<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (this.#head < this.#items.length) {
      this.#items[this.#head] = undefined;
      this.#head += 1;
    }
    if (this.#head >= 1_024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Back to where it came from, after `shift`. */
  unshift(item: Item): void {
    if (this.#head === 0) {
      this.#items.unshift(item);
      return;
    }
    this.#head -= 1;
    this.#items[this.#head] = item;
  }
}

/** As with the gate: however many lines are long, the next one still gets room. */
const SHARE_OF_FREE = 0.5;

/** Lines by name, bounded together; a line may have half of the room that is free. */
export class WaitingLines<Item> {
  readonly #max: number;
  readonly #lines = new Map<string, Line<Item>>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** False: the line is too long. */
  join(name: string, item: Item): boolean {
    const line = this.#lines.get(name) ?? new Line<Item>();
    if (line.length >= (this.#max - this.#size) * SHARE_OF_FREE) return false;
    this.#lines.set(name, line);
    line.push(item);
    this.#size += 1;
    return true;
  }

  /**
   * Lets items of a line go, from the first on, until one says `stop`, or `stay`: then it keeps
   * its place.
   */
  drain(name: string, letGo: (item: Item) => 'more' | 'stop' | 'stay'): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    // those that join again while the line is drained are not looked at twice
    for (let left = line.length; left > 0; left -= 1) {
      const item = line.shift();
      if (item === undefined) break;
      this.#size -= 1;
      const what = letGo(item);
      if (what === 'stay') {
        line.unshift(item);
        this.#size += 1;
      }
      if (what !== 'more') break;
    }
    if (line.length === 0) this.#lines.delete(name);
  }
}
