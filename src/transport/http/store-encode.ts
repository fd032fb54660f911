import { AppError, type EventContent, type RecordedEvent } from '../../core/index.js';

/** Payloads in one answer. */
export const RESPONSE_BYTES_MAX = 3 * 1_048_576;

/** What an event takes beside its payload, about: id, type, time and names. */
const EVENT_OVERHEAD_BYTES = 100;

/** An event as the seed's HTTP store shows it. */
export interface StoreEvent {
  /** Of the stream. */
  readonly id: string;
  readonly payload: string;
  readonly type: number;
  /** When it was saved, ms since 1970. */
  readonly time: number;
}

export interface StorePage {
  readonly events: readonly StoreEvent[];
  /** Time of the last event, 0 when there is none. */
  readonly latest: number;
}

/** Text as it is; bytes, which this API does not know, as base64. */
function encodePayload(content: EventContent): string {
  if (content.kind === 'text') return content.text;
  return Buffer.from(content.bytes).toString('base64');
}

function encodeEvent(event: RecordedEvent): StoreEvent {
  const payload = encodePayload(event.content);
  return { id: event.stream, payload, type: event.type, time: event.savetimeMs };
}

function pageOf(events: readonly StoreEvent[]): StorePage {
  return { events, latest: events.at(-1)?.time ?? 0 };
}

export function encodePage(recorded: readonly RecordedEvent[]): StorePage {
  return pageOf(recorded.map(encodeEvent));
}

/** All of a stream. Throws RESPONSE_TOO_LARGE before more than an answer holds piles up. */
export async function encodeStream(
  id: string,
  chunks: AsyncIterable<readonly RecordedEvent[]>,
): Promise<StorePage> {
  const events: StoreEvent[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (const recorded of chunk) {
      const event = encodeEvent(recorded);
      bytes += Buffer.byteLength(event.payload) + EVENT_OVERHEAD_BYTES;
      if (bytes > RESPONSE_BYTES_MAX) throw tooLarge(id);
      events.push(event);
    }
  }
  return pageOf(events);
}

function tooLarge(id: string): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `stream ${id} is larger than ${RESPONSE_BYTES_MAX} bytes: read it in parts with ReadStream`,
    { stream: id, limit: String(RESPONSE_BYTES_MAX), use: 'ReadStream' },
  );
}
