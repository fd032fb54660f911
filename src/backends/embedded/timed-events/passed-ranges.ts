/** From inclusive, to exclusive; compared as texts. */
export interface IdRange {
  readonly from: string;
  readonly to: string;
}

/** Parts of the due times: few, since neighbours become one. */
export class PassedRanges {
  /** In order, apart from each other. */
  #ranges: readonly IdRange[] = [];

  get size(): number {
    return this.#ranges.length;
  }

  contains(id: string): boolean {
    return this.#ranges.some(({ from, to }) => from <= id && id < to);
  }

  add(added: IdRange): void {
    if (added.from >= added.to) return;
    let { from, to } = added;
    const apart = this.#ranges.filter((range) => {
      const touches = range.from <= to && from <= range.to;
      if (!touches) return true;
      if (range.from < from) from = range.from;
      if (range.to > to) to = range.to;
      return false;
    });
    this.#ranges = [...apart, { from, to }].sort((left, right) =>
      left.from < right.from ? -1 : 1,
    );
  }

  remove(removed: IdRange): void {
    if (removed.from >= removed.to) return;
    this.#ranges = this.#ranges.flatMap(({ from, to }) => {
      const parts = [part(from, least(to, removed.from)), part(most(from, removed.to), to)];
      return parts.filter((left) => left !== undefined);
    });
  }

  /** The first part of a range that was not passed; undefined when all of it was. */
  firstGap(wanted: IdRange): IdRange | undefined {
    let at = wanted.from;
    for (const { from, to } of this.#ranges) {
      if (to <= at) continue;
      if (from > at) return part(at, least(from, wanted.to));
      at = to;
    }
    return part(at, wanted.to);
  }

  /** The first part of a range that was passed; undefined when nothing of it was. */
  firstPart(wanted: IdRange): IdRange | undefined {
    for (const { from, to } of this.#ranges) {
      const found = part(most(from, wanted.from), least(to, wanted.to));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Makes one of all, what lies between them included. */
  join(): void {
    const [first] = this.#ranges;
    const last = this.#ranges.at(-1);
    if (first !== undefined && last !== undefined) this.add({ from: first.from, to: last.to });
  }

  clear(): void {
    this.#ranges = [];
  }
}

function part(from: string, to: string): IdRange | undefined {
  return from < to ? { from, to } : undefined;
}

function least(left: string, right: string): string {
  return left < right ? left : right;
}

function most(left: string, right: string): string {
  return left > right ? left : right;
}
