import { closeSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../../runtime/index.js';
import { PageFault, readTree } from './layout.js';
import { PageWalk } from './walk.js';

/** What the pages of a data file look like. */
export type PagesFound =
  | { readonly kind: 'sound'; readonly pages: number }
  /** Time was over before all were seen, or others wrote all the time. */
  | { readonly kind: 'unfinished'; readonly pages: number }
  | { readonly kind: 'damaged'; readonly problem: string };

/** Offsets in a head page. */
const HEAD = { pageSize: 48, free: 48, main: 96, transaction: 152, end: 160 };
const PAGE_SIZES: readonly number[] = [4_096, 8_192, 16_384, 32_768, 65_536];
/** Others that write may use again what the walk is about to read. */
const TRIES = 5;
/** Pages between two looks at the clock. */
const LOOK_EVERY = 64;

class TimeOver extends Error {}

interface Heads {
  readonly pageBytes: number;
  readonly newer: Buffer;
  readonly transactions: readonly [bigint, bigint];
}

/**
 * Whether the pages of a data file fit together: LMDB trusts them, and may crash or leave rows out
 * where they do not. What stands in rows is not looked at. Blocks for `limitMs` at most.
 */
export function checkPages(path: string, clock: Clock, limitMs: number): PagesFound {
  const endMs = clock.monotonicMs() + limitMs;
  const file = openSync(path, 'r');
  let pages = 0;
  const onPage = (): void => {
    pages += 1;
    if (pages % LOOK_EVERY === 0 && clock.monotonicMs() > endMs) throw new TimeOver();
  };
  try {
    for (let count = 0; count < TRIES; count += 1) {
      const heads = readHeads(file);
      const problem = problemIn(file, heads, onPage);
      const now = readHeads(file).transactions;
      const isStill = now.every((transaction, index) => transaction === heads.transactions[index]);
      if (problem === undefined) return { kind: 'sound', pages };
      if (isStill) return { kind: 'damaged', problem };
    }
    return { kind: 'unfinished', pages };
  } catch (error) {
    if (error instanceof TimeOver) return { kind: 'unfinished', pages };
    throw error;
  } finally {
    closeSync(file);
  }
}

function problemIn(file: number, heads: Heads, onPage: () => void): string | undefined {
  const { pageBytes, newer, transactions } = heads;
  if (!PAGE_SIZES.includes(pageBytes)) return 'its pages have no known size';
  const [even, odd] = transactions;
  const transaction = even > odd ? even : odd;
  const read = (page: number): Buffer => {
    const bytes = Buffer.allocUnsafe(pageBytes);
    const position = page * pageBytes;
    const isThere =
      Number.isSafeInteger(position) && readSync(file, bytes, 0, pageBytes, position) === pageBytes;
    if (!isThere) throw new PageFault(`page ${page} is cut off`);
    return bytes;
  };
  try {
    const walk = new PageWalk({ pageBytes, transaction, read, onPage });
    if (!follow(even, odd)) throw new PageFault('its heads do not follow on one another');
    walk.tree(readTree(newer, HEAD.free), false);
    walk.tree(readTree(newer, HEAD.main), true);
    return undefined;
  } catch (error) {
    if (error instanceof PageFault) return error.message;
    throw error;
  }
}

/**
 * Transactions write the two heads in turns, the even ones the first, which is 0 in a file that is
 * new and in a compact copy, whatever the other is.
 */
function follow(even: bigint, odd: bigint): boolean {
  if (even === 0n) return true;
  const distance = even > odd ? even - odd : odd - even;
  return distance === 1n && even % 2n === 0n;
}

function readHeads(file: number): Heads {
  const first = Buffer.alloc(HEAD.end);
  readSync(file, first, 0, HEAD.end, 0);
  const pageBytes = first.readUInt32LE(HEAD.pageSize);
  const second = Buffer.alloc(HEAD.end);
  readSync(file, second, 0, HEAD.end, pageBytes);
  const transactions = [
    first.readBigUInt64LE(HEAD.transaction),
    second.readBigUInt64LE(HEAD.transaction),
  ] as const;
  return { pageBytes, transactions, newer: transactions[1] > transactions[0] ? second : first };
}
