import { parseTypeCode, type TypeCode, type Uuid, uuidAt } from '../../core/index.js';
import { damaged } from './errors.js';
import { UUID_BYTES } from './uuid-bytes.js';

/** Savetimes and positions take six bytes: until the year 10889, and 281 million million events. */
export const UINT48_MAX = 281_474_976_710_655;

/** Numbers are big-endian, so that the order of the bytes is the order of the numbers. */
const INT32_SIGN = 0x8000_0000;

export const EVENT_KEY_BYTES = UUID_BYTES + 4;

/** No version is higher. */
export const VERSION_MAX = 0xffff_ffff;

/** `events` and `id_pages`: the stream, then the version of the last event in the row. */
export function eventKey(stream: Buffer, version: number): Buffer {
  const key = Buffer.allocUnsafe(EVENT_KEY_BYTES);
  stream.copy(key, 0);
  key.writeUInt32BE(version, UUID_BYTES);
  return key;
}

export function versionOfEventKey(key: Buffer): number {
  return key.readUInt32BE(UUID_BYTES);
}

/** An int32 in four bytes that sort as the numbers do, the negative ones first. */
export function typeKey(type: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE((type ^ INT32_SIGN) >>> 0, 0);
  return key;
}

export function readTypeKey(key: Buffer): TypeCode {
  return typeCode((key.readUInt32BE(0) ^ INT32_SIGN) | 0);
}

/** Throws DATA_DIR_INVALID for a number that is none. */
export function typeCode(value: number): TypeCode {
  const code = parseTypeCode(value);
  if (code === undefined) throw damaged('a type code is out of range');
  return code;
}

/** Where an event stands in the feed: savetimes do not fall in the order of positions. */
export interface FeedPlace {
  readonly savetimeMs: number;
  readonly position: number;
}

export const FIRST_PLACE: FeedPlace = { savetimeMs: 0, position: 0 };
export const LAST_PLACE: FeedPlace = { savetimeMs: UINT48_MAX, position: UINT48_MAX };

/** `by_type`: the type, the place of the last event of this type in a row of `events`. */
export function feedKey(type: TypeCode, place: FeedPlace): Buffer {
  const key = Buffer.allocUnsafe(16);
  key.writeUInt32BE((type ^ INT32_SIGN) >>> 0, 0);
  writePlace(place, key, 4);
  return key;
}

export function placeOfFeedKey(key: Buffer): FeedPlace {
  return readPlace(key, 4);
}

/**
 * `by_position`: the place of the last event in a row of `events`. Its order is that of the
 * positions alone.
 */
export function placeKey(place: FeedPlace): Buffer {
  const key = Buffer.allocUnsafe(12);
  writePlace(place, key, 0);
  return key;
}

export function placeOfKey(key: Buffer): FeedPlace {
  return readPlace(key, 0);
}

/** Whether `place` comes before `other`. */
export function isBefore(place: FeedPlace, other: FeedPlace): boolean {
  return place.savetimeMs === other.savetimeMs
    ? place.position < other.position
    : place.savetimeMs < other.savetimeMs;
}

function writePlace({ savetimeMs, position }: FeedPlace, key: Buffer, offset: number): void {
  key.writeUIntBE(savetimeMs, offset, 6);
  key.writeUIntBE(position, offset + 6, 6);
}

function readPlace(key: Buffer, offset: number): FeedPlace {
  return { savetimeMs: key.readUIntBE(offset, 6), position: key.readUIntBE(offset + 6, 6) };
}

/** The value of `by_type` and `by_position` points to a row of `events`: its key. */
export function streamOfPointer(pointer: Buffer): Uuid {
  return uuidAt(pointer);
}
