/*
 * LMDB's file as 64-bit little-endian machines have it. A page: its number 8 · transaction 8 ·
 * pad 2 · flags 2 · end of the offsets 2 · begin of the nodes 2 (or pages that follow 4) · offsets
 * of nodes 2 each. Offsets count from the end of the header. A node: size or page 4 · flags 2 ·
 * length of the key 2 · key · data.
 */
const HEADER_BYTES = 24;
const NODE_BYTES = 8;
const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;
const KINDS = BRANCH | LEAF | OVERFLOW;
const BIG = 1;
const SUB_TREE = 2;
const BIG_BYTES = 24;
export const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** What is wrong with a page, in words. */
export class PageFault extends Error {}

export interface PageHead {
  readonly number: number;
  readonly transaction: bigint;
  readonly kind: 'branch' | 'leaf' | 'overflow';
}

/** Where in a file the pages of one tree hang, and how many there must be. */
export interface TreeHead {
  /** Undefined: empty. */
  readonly root: number | undefined;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
}

export const TREE_BYTES = 48;

export interface LeafNode {
  readonly key: Buffer;
  /** Bytes of the data, wherever they stand. */
  readonly size: number;
  /** Undefined: the data stand in the leaf. */
  readonly big: { readonly page: number; readonly pages: number } | undefined;
  readonly tree: TreeHead | undefined;
}

export interface BranchNode {
  readonly key: Buffer;
  readonly page: number;
}

/** A number of eight bytes; what is too large to be one is a fault. */
function numberAt(bytes: Buffer, offset: number): number {
  const value = bytes.readBigUInt64LE(offset);
  if (value > Number.MAX_SAFE_INTEGER) throw new PageFault('a number is out of range');
  return Number(value);
}

export function readTree(bytes: Buffer, offset: number): TreeHead {
  const root = bytes.readBigUInt64LE(offset + 40);
  return {
    root: root === NO_PAGE ? undefined : numberAt(bytes, offset + 40),
    depth: bytes.readUInt16LE(offset + 6),
    branches: numberAt(bytes, offset + 8),
    leaves: numberAt(bytes, offset + 16),
    overflows: numberAt(bytes, offset + 24),
    entries: numberAt(bytes, offset + 32),
  };
}

export function readPageHead(page: Buffer): PageHead {
  const flags = page.readUInt16LE(18) & KINDS;
  const kind = flags === BRANCH ? 'branch' : flags === LEAF ? 'leaf' : 'overflow';
  if (kind === 'overflow' && flags !== OVERFLOW) throw new PageFault('its kind is unknown');
  return { number: numberAt(page, 0), transaction: page.readBigUInt64LE(8), kind };
}

/** Of the first of several pages that hold one value. */
export function pagesOfValue(page: Buffer): number {
  return page.readUInt32LE(20);
}

/** How many bytes of a value so many pages hold. */
export function roomIn(pages: number, pageBytes: number): number {
  return pages * pageBytes - HEADER_BYTES;
}

interface RawNode {
  readonly start: number;
  readonly flags: number;
  readonly key: Buffer;
  readonly dataStart: number;
}

/** Throws `PageFault` for a node that does not lie within the page. */
function nodesOf(page: Buffer): RawNode[] {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const room = page.length - HEADER_BYTES;
  if (lower % 2 !== 0 || lower > upper || upper > room) throw new PageFault('its bounds are wrong');
  return Array.from({ length: lower / 2 }, (_, index) => {
    const start = HEADER_BYTES + page.readUInt16LE(HEADER_BYTES + 2 * index);
    if (start < HEADER_BYTES + upper || start + NODE_BYTES > page.length) throw outside();
    const dataStart = start + NODE_BYTES + page.readUInt16LE(start + 6);
    if (dataStart > page.length) throw outside();
    const key = page.subarray(start + NODE_BYTES, dataStart);
    return { start, flags: page.readUInt16LE(start + 4), key, dataStart };
  });
}

function outside(): PageFault {
  return new PageFault('a row of it lies outside');
}

export function branchNodes(page: Buffer): BranchNode[] {
  return nodesOf(page).map(({ key, start, flags }) => {
    return { key, page: page.readUInt32LE(start) + flags * 2 ** 32 };
  });
}

export function leafNodes(page: Buffer): LeafNode[] {
  return nodesOf(page).map(({ key, start, flags, dataStart }) => {
    const size = page.readUInt32LE(start);
    // duplicates of a key: no table of ours has them
    if ((flags & ~(BIG | SUB_TREE)) !== 0) throw new PageFault('a row of it is of another kind');
    const isBig = (flags & BIG) !== 0;
    if (dataStart + (isBig ? BIG_BYTES : size) > page.length) throw outside();
    const isTree = (flags & SUB_TREE) !== 0;
    if (isTree && size < TREE_BYTES) throw new PageFault('a table of it is cut off');
    return {
      ...{ key, size, tree: isTree ? readTree(page, dataStart) : undefined },
      big: isBig
        ? { page: numberAt(page, dataStart), pages: numberAt(page, dataStart + 16) }
        : undefined,
    };
  });
}
