import type { RecordedEvent } from '../../src/client/index.js';
import { printable } from './printable.js';
import { momentText } from './times.js';

/** An event as `--json` prints it and an export holds it. Exactly one of json and data. */
export interface EventJson {
  readonly stream: string;
  readonly streamId: string;
  readonly version: number;
  /** Missing on events of the original system. */
  readonly eventId?: string;
  /** Missing where the type has no name. */
  readonly type?: string;
  readonly typeCode: number;
  readonly savetimeMs: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** JSON as text, as it was written: a text within the JSON, so that no digit is lost. */
  readonly json?: string;
  /** Bytes in base64. */
  readonly data?: string;
}

/** The content of an event: text as it is, or bytes in base64. */
function contentOf(event: RecordedEvent): Pick<EventJson, 'json' | 'data'> {
  if (event.json !== undefined) return { json: event.json };
  return { data: Buffer.from(event.bytes ?? new Uint8Array()).toString('base64') };
}

export function eventJson(event: RecordedEvent): EventJson {
  const { stream, streamId, version, eventId, type } = event;
  const { typeCode, savetimeMs, contentType, metadata } = event;
  return {
    ...{ stream, streamId, version },
    ...(eventId === undefined ? {} : { eventId }),
    ...(type === undefined ? {} : { type }),
    ...{ typeCode, savetimeMs, contentType, metadata },
    ...contentOf(event),
  };
}

/** An event on one line for people. */
export function eventText(event: RecordedEvent): string {
  const type = event.type ?? `type ${event.typeCode}`;
  const bytes = event.bytes?.byteLength ?? 0;
  const content = event.json ?? `(${bytes} bytes, ${event.contentType})`;
  const metadata =
    Object.keys(event.metadata).length === 0 ? '' : ` ${JSON.stringify(event.metadata)}`;
  const head = `${momentText(event.savetimeMs)} ${event.stream} ${event.version} ${type}`;
  return printable(`${head} ${content}${metadata}`);
}
