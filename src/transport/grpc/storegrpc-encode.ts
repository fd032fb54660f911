import type { RecordedEvent } from '../../core/index.js';
import type { FindResponse, FindResponse_Event } from '../../gen/storegrpc/grpc-store.js';
import { ANSWER_BYTES_MAX, payloadText, wholeStream } from '../../service/index.js';

/** What an event takes beside its payload, at most: id, type, savetime, tags and lengths. */
const EVENT_OVERHEAD_BYTES = 75;

function encodeEvent(event: RecordedEvent): FindResponse_Event {
  return {
    id: event.stream,
    type: event.type,
    payload: payloadText(event.content),
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
    const full = bytes > ANSWER_BYTES_MAX && wholeUntil > 0;
    if (full) return encodeFound(events.slice(0, wholeUntil));
  }
  return encodeFound(events);
}

/** All of a stream. Throws RESPONSE_TOO_LARGE before more than an answer holds piles up. */
export async function encodeStream(
  id: string,
  chunks: AsyncIterable<readonly RecordedEvent[]>,
): Promise<FindResponse> {
  const shape = { encode: encodeEvent, overheadBytes: EVENT_OVERHEAD_BYTES };
  return encodeFound(await wholeStream(id, chunks, shape));
}
