import { ContiguityCheck, eventBytes, type RecordedEvent } from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import { Block } from './block.js';
import { readHead } from './heads.js';
import { eventKey, VERSION_MAX } from './keys.js';
import type { Tables } from './schema.js';
import { uuidBytes } from './uuid-bytes.js';

const CHUNK_EVENTS = 500;
const CHUNK_BYTES = 1_048_576;

/** What is left to read: both ends included, in the direction of the reading. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The stream as it was when the reading began. Each chunk is a snapshot of its own, so that a
 * slow reader keeps no page of the file from being used again.
 */
export async function* readStream(
  snapshot: () => Tables,
  query: StreamQuery,
): AsyncGenerator<readonly RecordedEvent[]> {
  const key = uuidBytes(query.stream);
  let span = wholeSpan(query, readHead(snapshot(), key).version);
  if (span === undefined) return;
  const check = new ContiguityCheck(query.stream, span.from, query.direction);
  for (;;) {
    const chunk = readChunk(snapshot(), query, span);
    for (const { version } of chunk) check.see(version);
    const last = chunk.at(-1)?.version;
    if (last === undefined) break;
    yield chunk;
    if (last === span.to) break;
    span = { from: query.direction === 'forward' ? last + 1 : last - 1, to: span.to };
  }
  check.end(span.to);
}

/** Undefined when there is nothing to read. */
function wholeSpan(query: StreamQuery, currentVersion: number): Span | undefined {
  const { direction, fromVersion, limit } = query;
  const most = limit ?? currentVersion;
  if (currentVersion === 0 || most < 1) return undefined;
  if (direction === 'forward') {
    const from = Math.max(1, fromVersion ?? 1);
    if (from > currentVersion) return undefined;
    return { from, to: Math.min(currentVersion, from + most - 1) };
  }
  const from = Math.min(currentVersion, fromVersion ?? currentVersion);
  return from < 1 ? undefined : { from, to: Math.max(1, from - most + 1) };
}

/** All of what is left of the blocks that it reads, but for the last one's end. */
function readChunk(tables: Tables, query: StreamQuery, span: Span): RecordedEvent[] {
  const stream = uuidBytes(query.stream);
  const { name } = readHead(tables, stream);
  const chunk: RecordedEvent[] = [];
  let bytes = 0;
  for (const block of blocksOf(tables, stream, span)) {
    for (const version of versionsOf(block, span)) {
      const event = block.event(version, name);
      chunk.push(event);
      bytes += eventBytes(event);
      if (bytes >= CHUNK_BYTES || chunk.length === CHUNK_EVENTS) return chunk;
    }
  }
  return chunk;
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

/** Undefined when there is none: then the reader meets a hole. */
function keyOfBlockWith(tables: Tables, stream: Buffer, version: number): Buffer | undefined {
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
