import { fromBinary, toJson, type DescMessage, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import type { ErrorAnswer } from '../errors.js';
import { cursorOf } from './known-fields.js';

/** How messages are written, one after the other. */
export interface StreamFormat {
  readonly contentType: string;
  /** Before all others. */
  readonly start: string;
  /** Says nothing, but moves on the socket. */
  readonly beat: string;
  message(bytes: Uint8Array): string;
  /** The last of all, when the call fails after its answer has begun. */
  error(body: ErrorAnswer['body']): string;
}

export const JSON_LINES = 'application/x-ndjson';
export const EVENT_STREAM = 'text/event-stream';

/** After how many ms a browser connects again. */
const RETRY_MS = 1_000;

function jsonOf(desc: DescMessage, message: Message): string {
  return JSON.stringify(toJson(desc, message, { alwaysEmitImplicit: true }));
}

/** One JSON object a line. A blank line is a heartbeat; a line with `error` is the last. */
export function jsonLines(desc: DescMessage): StreamFormat {
  return {
    contentType: JSON_LINES,
    start: '',
    beat: '\n',
    message: (bytes) => `${jsonOf(desc, fromBinary(desc, bytes))}\n`,
    error: (body) => `${JSON.stringify(body)}\n`,
  };
}

/**
 * Events are called by the member of the message's first oneof that is set. The id of an event is
 * its cursor; without one the id of the event before stands. A comment is a heartbeat.
 */
export function serverSentEvents(desc: DescMessage): StreamFormat {
  return {
    contentType: EVENT_STREAM,
    start: `retry: ${RETRY_MS}\n\n`,
    beat: ':\n\n',
    message: (bytes) => {
      const message = fromBinary(desc, bytes);
      const name = nameOf(desc, message);
      const cursor = cursorOf(desc, message);
      const lines = [
        ...(name === undefined ? [] : [`event: ${name}`]),
        ...(cursor === '' ? [] : [`id: ${cursor}`]),
        `data: ${jsonOf(desc, message)}`,
      ];
      return `${lines.join('\n')}\n\n`;
    },
    error: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,
  };
}

function nameOf(desc: DescMessage, message: Message): string | undefined {
  const [oneof] = desc.oneofs;
  return oneof === undefined ? undefined : reflect(desc, message).oneofCase(oneof)?.jsonName;
}
