import {
  parseTypeCode,
  type EventContent,
  type NewEvent,
  type RecordedEvent,
} from '../../core/index.js';
import { CHECKSUM_BYTES, checksumOf } from './checksum.js';
import { damaged, eventDamaged } from './errors.js';
import type { FeedPlace } from './keys.js';
import { readUuid, writeUuid } from './uuid-bytes.js';

/*
 * A record: flags 1 · type 4 · savetime 6 · position 6 · event id 16 · content type 2 + n ·
 * metadata 4 + n · the content · checksum 4, to the end. The lengths are there only with their
 * flag, the checksum only with all of its flags: records of formats below 4 have none.
 */
const BYTES = 1;
const CONTENT_TYPE = 2;
const METADATA = 4;
const NAMED = 8;
/** Several bits, so that no single one that flips makes a record look like one without. */
const CHECKED = 0xf0;
const POSITION = 11;
const HEADER_BYTES = 33;

/** What the stream's head and the key say of an event, so that its record need not. */
export interface RecordContext extends Pick<RecordedEvent, 'stream' | 'version'> {
  /** The name of the stream; taken only by events that were appended under it. */
  readonly streamName: string | undefined;
  /** The key at which the record was found. */
  readonly key: Buffer;
  /** The last position that a record without a checksum may have. */
  readonly uncheckedTo: number;
}

/** Where an event goes. */
export interface RecordPlace extends FeedPlace {
  readonly key: Buffer;
  /** The event was appended under the stream's name. */
  readonly named: boolean;
}

export function encodeRecord(event: NewEvent, place: RecordPlace): Buffer {
  const { content, contentType, metadata } = event;
  const body = content.kind === 'bytes' ? content.bytes : Buffer.from(content.text);
  const typeBytes = contentType === undefined ? 0 : Buffer.byteLength(contentType);
  const metadataBytes = metadata === undefined ? 0 : Buffer.byteLength(metadata);
  const flags =
    CHECKED |
    (content.kind === 'bytes' ? BYTES : 0) |
    (contentType === undefined ? 0 : CONTENT_TYPE) |
    (metadata === undefined ? 0 : METADATA) |
    (place.named ? NAMED : 0);
  const record = Buffer.allocUnsafe(
    HEADER_BYTES + 2 + typeBytes + 4 + metadataBytes + body.byteLength + CHECKSUM_BYTES,
  );
  record.writeUInt8(flags, 0);
  record.writeInt32BE(event.type, 1);
  record.writeUIntBE(place.savetimeMs, 5, 6);
  record.writeUIntBE(place.position, POSITION, 6);
  writeUuid(event.eventId, record, 17);
  let offset = HEADER_BYTES;
  if (contentType !== undefined) {
    offset = record.writeUInt16BE(typeBytes, offset);
    offset += record.write(contentType, offset);
  }
  if (metadata !== undefined) {
    offset = record.writeUInt32BE(metadataBytes, offset);
    offset += record.write(metadata, offset);
  }
  record.set(body, offset);
  offset += body.byteLength;
  offset = record.writeUInt32BE(checksumOf(place.key, record.subarray(0, offset)), offset);
  return record.subarray(0, offset);
}

/** The position of the event in the feed. */
export function positionOf(record: Buffer): number {
  return record.readUIntBE(POSITION, 6);
}

/** Where the content of a record ends. Throws STREAM_CORRUPT for what is not as it was written. */
function endOf(record: Buffer, context: RecordContext): number {
  const { length } = record;
  if (length >= HEADER_BYTES) {
    const mark = record.readUInt8(0) & CHECKED;
    if (mark === 0 && positionOf(record) <= context.uncheckedTo) return length;
    const end = length - CHECKSUM_BYTES;
    if (mark === CHECKED && end >= HEADER_BYTES) {
      const stored = record.readUInt32BE(end);
      if (checksumOf(context.key, record.subarray(0, end)) === stored) return end;
    }
  }
  throw eventDamaged(context.stream, context.version);
}

/**
 * Keeps `record` where the content is bytes: it must not be used for anything else. Throws
 * STREAM_CORRUPT for one that is damaged.
 */
export function decodeRecord(record: Buffer, context: RecordContext): RecordedEvent {
  const end = endOf(record, context);
  const flags = record.readUInt8(0);
  const type = parseTypeCode(record.readInt32BE(1));
  if (type === undefined) throw damaged('a type is out of range');
  let offset = HEADER_BYTES;
  const text = (bytes: number): string => {
    offset += bytes;
    if (offset > end) throw eventDamaged(context.stream, context.version);
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
      ? { kind: 'text', text: record.toString('utf8', offset, end) }
      : { kind: 'bytes', bytes: record.subarray(offset, end) };
  return {
    stream: context.stream,
    streamName: (flags & NAMED) === 0 ? undefined : context.streamName,
    version: context.version,
    savetimeMs: record.readUIntBE(5, 6),
    eventId: readUuid(record, 17),
    type,
    content,
    contentType,
    metadata,
  };
}
