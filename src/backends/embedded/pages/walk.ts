import {
  branchNodes,
  leafNodes,
  PageFault,
  pagesOfValue,
  readPageHead,
  roomIn,
  type PageHead,
  type TreeHead,
} from './layout.js';

/** The file as one transaction left it. */
export interface PageSource {
  readonly pageBytes: number;
  /** Of the newest transaction: no page is of a later one. */
  readonly transaction: bigint;
  /** Throws `PageFault` where the file ends before. */
  readonly read: (page: number) => Buffer;
  /** Throws to end the walk. */
  readonly onPage: () => void;
}

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

interface Bounds {
  /** No key is below it. */
  readonly from: Buffer | undefined;
  /** Every key is below it. */
  readonly below: Buffer | undefined;
}

/** Looks at every page that hangs in a tree, and in the tables that stand in it. */
export class PageWalk {
  readonly #source: PageSource;
  readonly #seen = new Set<number>();

  constructor(source: PageSource) {
    this.#source = source;
  }

  /** `isSorted`: the keys are in the order of their bytes. Throws `PageFault`. */
  tree(head: TreeHead, isSorted: boolean): void {
    const counts: Counts = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    if (head.root !== undefined) {
      const bounds = { from: undefined, below: undefined };
      this.#page({ page: head.root, depth: head.depth, isSorted, counts }, bounds);
    }
    const { branches, leaves, overflows, entries } = head;
    const isWhole =
      counts.branches === branches &&
      counts.leaves === leaves &&
      counts.overflows === overflows &&
      counts.entries === entries;
    if (!isWhole) throw new PageFault(`a table has ${counts.entries} rows instead of ${entries}`);
  }

  #page(at: Place, bounds: Bounds): void {
    const { page: number, depth, counts } = at;
    const page = this.#read(number, depth > 1 ? 'branch' : 'leaf');
    if (depth > 1) {
      counts.branches += 1;
      this.#branch(page, at, bounds);
    } else {
      counts.leaves += 1;
      this.#leaf(page, at, bounds);
    }
  }

  /** The key of the first node says nothing. */
  #branch(page: Buffer, at: Place, bounds: Bounds): void {
    const nodes = branchNodes(page);
    if (nodes.length === 0) throw new PageFault(`page ${at.page} is empty`);
    if (at.isSorted) requireOrder(at.page, nodes.slice(1), bounds);
    nodes.forEach((node, index) => {
      const from = index === 0 ? bounds.from : node.key;
      const below = nodes[index + 1]?.key ?? bounds.below;
      this.#page({ ...at, page: node.page, depth: at.depth - 1 }, { from, below });
    });
  }

  #leaf(page: Buffer, at: Place, bounds: Bounds): void {
    const nodes = leafNodes(page);
    if (at.isSorted) requireOrder(at.page, nodes, bounds);
    at.counts.entries += nodes.length;
    for (const { big, size, tree } of nodes) {
      if (big !== undefined) at.counts.overflows += this.#value(big, size);
      if (tree !== undefined) this.tree(tree, true);
    }
  }

  /** Answers how many pages it takes. */
  #value(big: { readonly page: number; readonly pages: number }, size: number): number {
    const first = this.#read(big.page, 'overflow');
    const fits = size <= roomIn(big.pages, this.#source.pageBytes);
    if (pagesOfValue(first) !== big.pages || !fits) {
      throw new PageFault(`page ${big.page} begins a value of another length`);
    }
    this.#source.read(big.page + big.pages - 1);
    return big.pages;
  }

  #read(number: number, kind: PageHead['kind']): Buffer {
    if (this.#seen.has(number)) throw new PageFault(`page ${number} stands in two places`);
    this.#seen.add(number);
    this.#source.onPage();
    const page = this.#source.read(number);
    const head = readPageHead(page);
    const isRight =
      head.number === number && head.kind === kind && head.transaction <= this.#source.transaction;
    if (!isRight) throw new PageFault(`page ${number} is another one`);
    return page;
  }
}

interface Place {
  readonly page: number;
  /** 1: a leaf. */
  readonly depth: number;
  readonly isSorted: boolean;
  readonly counts: Counts;
}

function requireOrder(
  page: number,
  nodes: readonly { readonly key: Buffer }[],
  { from, below }: Bounds,
): void {
  let before: Buffer | undefined;
  for (const { key } of nodes) {
    const isAfter = before === undefined || Buffer.compare(before, key) < 0;
    if (!isAfter) throw new PageFault(`the rows of page ${page} are out of order`);
    before = key;
  }
  const first = nodes[0]?.key;
  const isWithin =
    (first === undefined || from === undefined || Buffer.compare(from, first) <= 0) &&
    (before === undefined || below === undefined || Buffer.compare(before, below) < 0);
  if (!isWithin) throw new PageFault(`page ${page} has rows of another one`);
}
