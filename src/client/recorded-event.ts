import type { RecordedEvent as WireEvent } from '../gen/cassadra/v1/event_store.js';
import { StoreError } from './errors.js';

/** An event as it was written. */
export interface RecordedEvent {
  /** The stream's name, or its UUID in lower case when it has no name. */
  readonly stream: string;
  /** The stream's UUID in lower case. */
  readonly streamId: string;
  /** Its place in the stream, from 1 on. */
  readonly version: number;
  /** When a server wrote it, ms since the epoch. */
  readonly savetimeMs: number;
  /** A UUID in lower case; undefined on events that the original system wrote. */
  readonly eventId: string | undefined;
  /** The name of its type; undefined when that has none. */
  readonly type: string | undefined;
  /** The code of its type. */
  readonly typeCode: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Its content as text, byte for byte; undefined when it is bytes, or nothing. */
  readonly json: string | undefined;
  /** Its content when it is bytes. */
  readonly bytes: Uint8Array | undefined;
  /**
   * The value of `json`, parsed once, when it is first asked for; undefined without any content.
   * Throws StoreError PAYLOAD_NOT_JSON when the content is bytes or no JSON.
   */
  readonly data: unknown;
}

type Fields = Omit<RecordedEvent, 'data'>;

class LazyEvent implements RecordedEvent {
  declare readonly stream: string;
  declare readonly streamId: string;
  declare readonly version: number;
  declare readonly savetimeMs: number;
  declare readonly eventId: string | undefined;
  declare readonly type: string | undefined;
  declare readonly typeCode: number;
  declare readonly contentType: string;
  declare readonly metadata: Readonly<Record<string, string>>;
  declare readonly json: string | undefined;
  declare readonly bytes: Uint8Array | undefined;
  #parsed: { readonly value: unknown } | undefined;

  constructor(fields: Fields) {
    Object.assign(this, fields);
  }

  get data(): unknown {
    this.#parsed ??= { value: this.#parse() };
    return this.#parsed.value;
  }

  #parse(): unknown {
    const where = `event ${this.version} of stream ${this.stream}`;
    if (this.bytes !== undefined && this.bytes.length > 0) {
      throw new StoreError('PAYLOAD_NOT_JSON', `${where} holds bytes. Use its bytes.`);
    }
    if (this.json === undefined) return undefined;
    try {
      return JSON.parse(this.json);
    } catch (cause) {
      const message = `${where} holds text that is no JSON. Use its json as it is.`;
      throw new StoreError('PAYLOAD_NOT_JSON', message, { cause });
    }
  }
}

/** As a caller gets it. */
export function decodeRecordedEvent(event: WireEvent): RecordedEvent {
  const { stream, streamId, version, typeCode, contentType, content } = event;
  return new LazyEvent({
    stream,
    streamId,
    version,
    savetimeMs: Number(event.savetimeMs),
    eventId: event.eventId === '' ? undefined : event.eventId,
    type: event.type === '' ? undefined : event.type,
    typeCode,
    contentType,
    metadata: event.metadata,
    json: content?.$case === 'json' ? content.value : undefined,
    bytes: content?.$case === 'data' ? content.value : undefined,
  });
}
