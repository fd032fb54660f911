/** From inclusive, to exclusive; compared as texts. */
export interface IdRange {
  readonly from: string;
  readonly to: string;
}

/** Parts of the due times that were scanned: few, since neighbours become one. */
export class PassedRanges {
  /** In order, apart from each other. */
  #ranges: readonly IdRange[] = [];

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

  /** The first part of a range that was not passed; undefined when all of it was. */
  firstGap(wanted: IdRange): IdRange | undefined {
    let at = wanted.from;
    for (const { from, to } of this.#ranges) {
      if (to <= at) continue;
      if (from > at) return gap(at, from < wanted.to ? from : wanted.to);
      at = to;
    }
    return gap(at, wanted.to);
  }

  clear(): void {
    this.#ranges = [];
  }
}

function gap(from: string, to: string): IdRange | undefined {
  return from < to ? { from, to } : undefined;
}
