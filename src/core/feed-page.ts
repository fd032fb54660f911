/** Where a page by type may end: after any event, or only after the last of a millisecond. */
export type PageBoundary = 'event' | 'millisecond';

/** How large a page may get. `bytesMax` counts payload, content type and metadata. */
export interface PageRules {
  readonly limit: number;
  readonly bytesMax: number;
  readonly boundary: PageBoundary;
}

/** Collects a page, one event at a time, in feed order. */
export class PageBuilder<Item> {
  readonly #rules: PageRules;
  readonly #items: { item: Item; savetimeMs: number }[] = [];
  #bytes = 0;

  constructor(rules: PageRules) {
    this.#rules = rules;
  }

  /**
   * Takes the next event, or answers false: the page is complete without it. At boundary
   * `millisecond` a page runs over `limit` to finish its last millisecond, and gives back an
   * unfinished one when `bytesMax` is reached; a single millisecond is never split.
   */
  add(item: Item, savetimeMs: number, bytes: number): boolean {
    const last = this.#items.at(-1);
    const whole = this.#rules.boundary === 'millisecond';
    const inside = whole && last?.savetimeMs === savetimeMs;
    if (this.#items.length >= this.#rules.limit && !inside) return false;
    if (last !== undefined && this.#bytes + bytes > this.#rules.bytesMax) {
      if (!whole) return false;
      if (!inside) return false;
      if (this.#items[0]?.savetimeMs !== savetimeMs) {
        while (this.#items.at(-1)?.savetimeMs === savetimeMs) this.#items.pop();
        return false;
      }
    }
    this.#items.push({ item, savetimeMs });
    this.#bytes += bytes;
    return true;
  }

  /** How many it has. */
  get length(): number {
    return this.#items.length;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** The page as it stands. */
  items(): Item[] {
    return this.#items.map((entry) => entry.item);
  }
}
