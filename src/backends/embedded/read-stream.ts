import { ContiguityCheck, eventBytes, type RecordedEvent } from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import { readHead } from './heads.js';
import type { Tables } from './schema.js';
import { blocksOf, versionsOf, type Span } from './stream-blocks.js';
import { uuidBytes } from './uuid-bytes.js';

const CHUNK_EVENTS = 500;
const CHUNK_BYTES = 1_048_576;

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
