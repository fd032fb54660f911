import { AppError, type EventContent, type RecordedEvent } from '../core/index.js';

/** Payloads in one answer of the seed's APIs; with all the rest it fits 4 MiB. */
export const ANSWER_BYTES_MAX = 3 * 1_048_576;

/** Text as it is; bytes, which the seed's APIs do not know, as base64. */
export function payloadText(content: EventContent): string {
  if (content.kind === 'text') return content.text;
  return Buffer.from(content.bytes).toString('base64');
}

/** How an answer shows events, and what each takes there beside its payload. */
export interface EventShape<Shown extends { readonly payload: string }> {
  readonly encode: (event: RecordedEvent) => Shown;
  readonly overheadBytes: number;
}

/** All of a stream. Throws RESPONSE_TOO_LARGE before more than an answer holds piles up. */
export async function wholeStream<Shown extends { readonly payload: string }>(
  id: string,
  chunks: AsyncIterable<readonly RecordedEvent[]>,
  { encode, overheadBytes }: EventShape<Shown>,
): Promise<Shown[]> {
  const events: Shown[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (const recorded of chunk) {
      const event = encode(recorded);
      bytes += Buffer.byteLength(event.payload) + overheadBytes;
      if (bytes > ANSWER_BYTES_MAX) throw tooLarge(id);
      events.push(event);
    }
  }
  return events;
}

function tooLarge(id: string): AppError {
  return new AppError(
    'RESPONSE_TOO_LARGE',
    `stream ${id} is larger than ${ANSWER_BYTES_MAX} bytes: read it in parts with ReadStream`,
    { stream: id, limit: String(ANSWER_BYTES_MAX), use: 'ReadStream' },
  );
}
