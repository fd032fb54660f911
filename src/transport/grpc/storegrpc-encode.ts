import { AppError, type EventContent, type RecordedEvent } from '../../core/index.js';
import type { FindResponse, FindResponse_Event } from '../../gen/storegrpc/grpc-store.js';

/** Payloads in one response; with all the rest it stays below the 4 MiB of clients. */
export const RESPONSE_BYTES_MAX = 3 * 1_048_576;

/** What an event takes beside its payload, at most: id, type, savetime, tags and lengths. */
const EVENT_OVERHEAD_BYTES = 75;

/** Text as it is; bytes, which this API does not know, as base64. */
function encodePayload(content: EventContent): string {
  if (content.kind === 'text') return content.text;
  return Buffer.from(content.bytes).toString('base64');
}

function encodeEvent(event: RecordedEvent): FindResponse_Event {
  return {
    id: event.stream,
    type: event.type,
    payload: encodePayload(event.content),
    savetime: BigInt(event.savetimeMs),
  };
}

/** A response that holds these events. */
export function encodeFound(events: readonly FindResponse_Event[]): FindResponse {
  const latest = events.at(-1)?.savetime ?? 0n;
  return { success: true, error: '', latest, events: [...events] };
}

/**
 * A page by type. Base64 makes events larger than the page's rules counted: then it ends earlier,
 * at a whole millisecond, but never before its first one is complete.
 */
export function encodePage(recorded: readonly RecordedEvent[]): FindResponse {
  const events = recorded.map(encodeEvent);
  const hasBytes = recorded.some((event) => event.content.kind === 'bytes');
  if (!hasBytes) return encodeFound(events);
  let bytes = 0;
  let wholeUntil = 0;
  for (const [index, event] of events.entries()) {
    bytes += Buffer.byteLength(event.payload);
    if (index > 0 && event.savetime !== events[index - 1]?.savetime) wholeUntil = index;
    const full = bytes > RESPONSE_BYTES_MAX && wholeUntil > 0;
    if (full) return encodeFound(events.slice(0, wholeUntil));
  }
  return encodeFound(events);
}

/** All of a stream. Throws RESPONSE_TOO_LARGE before more than a response holds piles up. */
export async function encodeStream(
  id: string,
  chunks: AsyncIterable<readonly RecordedEvent[]>,
): Promise<FindResponse> {
  const events: FindResponse_Event[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (const recorded of chunk) {
      const event = encodeEvent(recorded);
      bytes += Buffer.byteLength(event.payload) + EVENT_OVERHEAD_BYTES;
      if (bytes > RESPONSE_BYTES_MAX) throw tooLarge(id);
      events.push(event);
    }
  }
  return encodeFound(events);
}

function tooLarge(id: string): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `stream ${id} is larger than ${RESPONSE_BYTES_MAX} bytes: read it in parts with ReadStream`,
    { stream: id, limit: String(RESPONSE_BYTES_MAX), use: 'ReadStream' },
  );
}
