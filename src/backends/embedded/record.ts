import {
  type EventContent,
  type NewEvent,
  parseTypeCode,
  type RecordedEvent,
  uuidAt,
} from '../../core/index.js';
import { damaged, eventDamaged } from './errors.js';
import type { FeedPlace } from './keys.js';
import { writeUuid } from './uuid-bytes.js';

/*
 * A record: flags 1 · type 4 · savetime 6 · position 6 · event id 16 · content type 2 + n ·
 * metadata 4 + n · the content, to the end. The lengths are there only with their flag.
 */
const BYTES = 1;
const CONTENT_TYPE = 2;
const METADATA = 4;
const NAMED = 8;
const TYPE = 1;
const SAVETIME = 5;
const POSITION = 11;
const EVENT_ID = 17;
export const RECORD_HEADER_BYTES = 33;

/** What the stream's head and the key say of an event, so that its record need not. */
export interface RecordContext extends Pick<RecordedEvent, 'stream' | 'version'> {
  /** The name of the stream; taken only by events that were appended under it. */
  readonly streamName: string | undefined;
}

/** An event, and where it goes. */
export interface PlacedEvent extends FeedPlace {
  readonly event: NewEvent;
  /** Its `eventBytes`. */
  readonly bytes: number;
}

/** What the record of an event takes. */
export function recordBytes({ event, bytes }: PlacedEvent): number {
  const lengths =
    (event.contentType === undefined ? 0 : 2) + (event.metadata === undefined ? 0 : 4);
  return RECORD_HEADER_BYTES + lengths + bytes;
}

/** The flag of an event that is appended under its stream's name. */
export function namedFlag(named: boolean): number {
  return named ? NAMED : 0;
}

/** Writes a record at `offset`, with `flags` among its own, and answers where it ends. */
export function writeRecord(
  target: Buffer,
  offset: number,
  { event, savetimeMs, position }: PlacedEvent,
  flags: number,
): number {
  const { content, contentType, metadata } = event;
  target[offset] =
    flags |
    (content.kind === 'bytes' ? BYTES : 0) |
    (contentType === undefined ? 0 : CONTENT_TYPE) |
    (metadata === undefined ? 0 : METADATA);
  target.writeInt32BE(event.type, offset + TYPE);
  target.writeUIntBE(savetimeMs, offset + SAVETIME, 6);
  target.writeUIntBE(position, offset + POSITION, 6);
  writeUuid(event.eventId, target, offset + EVENT_ID);
  let end = offset + RECORD_HEADER_BYTES;
  if (contentType !== undefined) {
    const bytes = target.write(contentType, end + 2);
    target.writeUInt16BE(bytes, end);
    end += 2 + bytes;
  }
  if (metadata !== undefined) {
    const bytes = target.write(metadata, end + 4);
    target.writeUInt32BE(bytes, end);
    end += 4 + bytes;
  }
  if (content.kind === 'text') return end + target.write(content.text, end);
  target.set(content.bytes, end);
  return end + content.bytes.byteLength;
}

/** The position of an event in the feed. */
export function positionOf(record: Buffer): number {
  return record.readUIntBE(POSITION, 6);
}

export function savetimeOf(record: Buffer): number {
  return record.readUIntBE(SAVETIME, 6);
}

/** Its type, as it stands there. */
export function typeOf(record: Buffer): number {
  return record.readInt32BE(TYPE);
}

/** The 16 bytes of its event id. */
export function eventIdOf(record: Buffer): Buffer {
  return record.subarray(EVENT_ID, RECORD_HEADER_BYTES);
}

/**
 * Keeps `record` where the content is bytes: it must not be used for anything else. Throws
 * STREAM_CORRUPT for one whose lengths cannot be.
 */
export function readRecord(record: Buffer, context: RecordContext): RecordedEvent {
  const flags = record.readUInt8(0);
  const type = parseTypeCode(typeOf(record));
  if (type === undefined) throw damaged('a type is out of range');
  let offset = RECORD_HEADER_BYTES;
  const text = (bytes: number): string => {
    offset += bytes;
    if (offset > record.length) throw eventDamaged(context.stream, context.version);
    return record.toString('utf8', offset - bytes, offset);
  };
  let contentType: string | undefined;
  if ((flags & CONTENT_TYPE) !== 0) {
    offset += 2;
    contentType = text(record.readUInt16BE(offset - 2));
  }
  let metadata: string | undefined;
  if ((flags & METADATA) !== 0) {
    offset += 4;
    metadata = text(record.readUInt32BE(offset - 4));
  }
  const content: EventContent =
    (flags & BYTES) === 0
      ? { kind: 'text', text: record.toString('utf8', offset) }
      : { kind: 'bytes', bytes: record.subarray(offset) };
  return {
    stream: context.stream,
    streamName: (flags & NAMED) === 0 ? undefined : context.streamName,
    version: context.version,
    savetimeMs: savetimeOf(record),
    eventId: uuidAt(record, EVENT_ID),
    type,
    content,
    contentType,
    metadata,
  };
}
