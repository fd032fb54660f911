import type { RecordedEvent } from '../../gen/cassadra/v1/event_store.js';

/** Clients take 4 MiB by default. */
export const RESPONSE_BYTES_MAX = 3.75 * 1_048_576;

/** Tags, lengths, ids and numbers of an event at most. */
const EVENT_OVERHEAD_BYTES = 136;

/** Tags and lengths of an entry of metadata at most. */
const ENTRY_OVERHEAD_BYTES = 12;

/** How many bytes an event takes in a response, at most. */
function bytesOf(event: RecordedEvent): number {
  const { stream, type, content, contentType, metadata } = event;
  let bytes = EVENT_OVERHEAD_BYTES;
  for (const text of [stream, type, contentType]) bytes += Buffer.byteLength(text);
  if (content !== undefined) bytes += Buffer.byteLength(content.value);
  for (const [key, value] of Object.entries(metadata)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + ENTRY_OVERHEAD_BYTES;
  }
  return bytes;
}

/** How many of the first events fit in `bytesMax`: at least one, if there is any. */
export function fittingEvents(events: readonly RecordedEvent[], bytesMax: number): number {
  let bytes = 0;
  const over = events.findIndex((event, index) => {
    bytes += bytesOf(event);
    return index > 0 && bytes > bytesMax;
  });
  return over === -1 ? events.length : over;
}

/** The events in groups that each fit in `bytesMax`, or hold one event. */
export function* chunksWithin(
  events: readonly RecordedEvent[],
  bytesMax: number,
): Generator<RecordedEvent[]> {
  for (let rest = events; rest.length > 0; ) {
    const count = fittingEvents(rest, bytesMax);
    yield rest.slice(0, count);
    rest = rest.slice(count);
  }
}
