import { Block } from './block.js';
import { eventKey, VERSION_MAX } from './keys.js';
import type { Tables } from './schema.js';

/** Versions of a stream: both ends included, in the direction of the reading. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The blocks that hold the versions of a span, in its direction. To be read to its end within one
 * snapshot. One that is missing is left out.
 */
export function* blocksOf(tables: Tables, stream: Buffer, span: Span): Generator<Block> {
  const isBackward = span.from > span.to;
  const [low, high] = isBackward ? [span.to, span.from] : [span.from, span.to];
  const all = { start: eventKey(stream, low), end: eventKey(stream, VERSION_MAX) };
  const highest = isBackward ? keyOfBlockWith(tables, stream, high) : undefined;
  const range = isBackward
    ? { start: highest ?? all.end, end: all.start, inclusiveEnd: true, reverse: true }
    : { ...all, inclusiveEnd: true };
  for (const row of tables.events.getRange(range)) {
    const block = new Block(row, tables.uncheckedTo);
    yield block;
    if (isBackward ? block.firstVersion <= low : block.lastVersion >= high) return;
  }
}

/** The first key from the version on: where the version is, unless that is missing. */
export function keyOfBlockWith(
  tables: Tables,
  stream: Buffer,
  version: number,
): Buffer | undefined {
  const [key] = tables.events.getKeys({
    ...{ start: eventKey(stream, version), end: eventKey(stream, VERSION_MAX) },
    ...{ inclusiveEnd: true, limit: 1 },
  });
  return key;
}

/** The versions of a span that are in the block, in the span's direction. */
export function* versionsOf(block: Block, { from, to }: Span): Generator<number> {
  if (from <= to) {
    const last = Math.min(to, block.lastVersion);
    for (let at = Math.max(from, block.firstVersion); at <= last; at += 1) yield at;
    return;
  }
  const last = Math.max(to, block.firstVersion);
  for (let at = Math.min(from, block.lastVersion); at >= last; at -= 1) yield at;
}
