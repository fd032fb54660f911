import type { RecordedEvent } from '../../core/index.js';
import { payloadText, wholeStream } from '../../service/index.js';

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

function encodeEvent(event: RecordedEvent): StoreEvent {
  const payload = payloadText(event.content);
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
  const shape = { encode: encodeEvent, overheadBytes: EVENT_OVERHEAD_BYTES };
  return pageOf(await wholeStream(id, chunks, shape));
}
