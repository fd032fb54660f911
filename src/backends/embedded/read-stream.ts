import { ContiguityCheck, eventBytes, type RecordedEvent } from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import { readHead } from './heads.js';
import { eventKey, versionOfEventKey } from './keys.js';
import { decodeRecord } from './record.js';
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

function readChunk(tables: Tables, query: StreamQuery, span: Span): RecordedEvent[] {
  const stream = uuidBytes(query.stream);
  const { name } = readHead(tables, stream);
  const { uncheckedTo } = tables;
  const chunk: RecordedEvent[] = [];
  let bytes = 0;
  const range = tables.events.getRange({
    start: eventKey(stream, span.from),
    end: eventKey(stream, span.to),
    inclusiveEnd: true,
    reverse: query.direction === 'backward',
    limit: CHUNK_EVENTS,
  });
  for (const entry of range) {
    const version = versionOfEventKey(entry.key);
    const { key, value } = entry;
    const context = { stream: query.stream, streamName: name, version, key, uncheckedTo };
    const event = decodeRecord(value, context);
    chunk.push(event);
    bytes += eventBytes(event);
    if (bytes >= CHUNK_BYTES) break;
  }
  return chunk;
}
