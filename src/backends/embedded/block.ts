import type { RecordedEvent, Uuid } from '../../core/index.js';
import { CHECKSUM_BYTES, isSealed, seal } from './checksum.js';
import { eventDamaged } from './errors.js';
import { streamOfPointer, versionOfEventKey, type FeedPlace } from './keys.js';
import {
  eventIdOf,
  namedFlag,
  positionOf,
  readRecord,
  RECORD_HEADER_BYTES,
  recordBytes,
  savetimeOf,
  typeOf,
  writeRecord,
  type PlacedEvent,
} from './record.js';

/*
 * A value of `events`, under the stream and the version of its last event. One event: its record,
 * with `CHECKED` among the flags, then a checksum; formats below 4 had neither. Several: mark 1 ·
 * count 4 · for each where its record ends, from the value's start 4 · the records · checksum 4.
 */

/** Several bits, so that no single one that flips makes a value look like another kind. */
const CHECKED = 0xf0;
const SEVERAL = 0x5a;
const FIRST_END = 5;
const END_BYTES = 4;

/** What a block takes, unless it is one event: who wants one of them reads all of it. */
const BLOCK_EVENTS_MAX = 256;
const BLOCK_BYTES_MAX = 65_536;

/** A row of `events`. */
export interface BlockRow {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Events that follow on one another in their stream and in the feed, as a value of `events`. */
export function encodeBlock(key: Buffer, events: readonly PlacedEvent[], named: boolean): Buffer {
  const isOne = events.length === 1;
  const flags = namedFlag(named) | (isOne ? CHECKED : 0);
  const start = isOne ? 0 : FIRST_END + END_BYTES * events.length;
  const bytes = events.reduce((sum, event) => sum + recordBytes(event), start);
  const value = Buffer.allocUnsafe(bytes + CHECKSUM_BYTES);
  if (!isOne) {
    value[0] = SEVERAL;
    value.writeUInt32BE(events.length, 1);
  }
  let end = start;
  events.forEach((event, index) => {
    end = writeRecord(value, end, event, flags);
    if (!isOne) value.writeUInt32BE(end, FIRST_END + END_BYTES * index);
  });
  return seal(key, value);
}

/** How many of the events, from the one at `from` on, go into one block. */
export function blockLength(events: readonly PlacedEvent[], from: number): number {
  const most = Math.min(events.length, from + BLOCK_EVENTS_MAX);
  let bytes = 0;
  for (let index = from; index < most; index += 1) {
    const event = events[index];
    if (event !== undefined) bytes += recordBytes(event);
    if (bytes > BLOCK_BYTES_MAX) return Math.max(1, index - from);
  }
  return most - from;
}

/** The events of a row: sound, or the constructor throws STREAM_CORRUPT. */
export class Block {
  readonly key: Buffer;
  readonly firstVersion: number;
  readonly lastVersion: number;
  readonly #value: Buffer;
  #stream: Uuid | undefined;
  /** Undefined: it is one record, which ends here. */
  readonly #oneEnd: number | undefined;

  /** Up to the position `uncheckedTo`, records without a checksum are taken. */
  constructor({ key, value }: BlockRow, uncheckedTo: number) {
    this.key = key;
    this.lastVersion = versionOfEventKey(key);
    this.#value = value;
    this.#oneEnd = value[0] === SEVERAL ? undefined : endOfOne(key, value, uncheckedTo);
    this.firstVersion =
      this.lastVersion + 1 - (this.#oneEnd === undefined ? countIn(key, value) : 1);
    if (this.firstVersion < 1) throw corrupt(key);
  }

  get firstPosition(): number {
    return positionOf(this.#record(this.firstVersion));
  }

  /** Where an event stands in the feed; versions are those of the block. */
  placeOf(version: number): FeedPlace {
    const record = this.#record(version);
    return { savetimeMs: savetimeOf(record), position: positionOf(record) };
  }

  typeOf(version: number): number {
    return typeOf(this.#record(version));
  }

  /** The 16 bytes of an event's id. */
  eventIdOf(version: number): Buffer {
    return eventIdOf(this.#record(version));
  }

  event(version: number, streamName: string | undefined): RecordedEvent {
    this.#stream ??= streamOfPointer(this.key);
    const context = { stream: this.#stream, streamName, version };
    const record = this.#record(version);
    // one event is not to keep the bytes of all
    return readRecord(this.#oneEnd === undefined ? Buffer.from(record) : record, context);
  }

  /** What was read for it. */
  get bytes(): number {
    return this.#value.length;
  }

  #record(version: number): Buffer {
    const value = this.#value;
    if (version < this.firstVersion || version > this.lastVersion) {
      throw new RangeError('the block has no such version');
    }
    if (this.#oneEnd !== undefined) return value.subarray(0, this.#oneEnd);
    const index = version - this.firstVersion;
    const count = this.lastVersion - this.firstVersion + 1;
    const endAt = FIRST_END + END_BYTES * index;
    const start =
      index === 0 ? FIRST_END + END_BYTES * count : value.readUInt32BE(endAt - END_BYTES);
    return value.subarray(start, value.readUInt32BE(endAt));
  }
}

function endOfOne(key: Buffer, value: Buffer, uncheckedTo: number): number {
  const { length } = value;
  if (length < RECORD_HEADER_BYTES) throw corrupt(key);
  const mark = value.readUInt8(0) & CHECKED;
  if (mark === 0 && positionOf(value) <= uncheckedTo) return length;
  const end = length - CHECKSUM_BYTES;
  if (mark !== CHECKED || end < RECORD_HEADER_BYTES || !isSealed(key, value)) throw corrupt(key);
  return end;
}

function countIn(key: Buffer, value: Buffer): number {
  if (value.length < FIRST_END + CHECKSUM_BYTES || !isSealed(key, value)) throw corrupt(key);
  return value.readUInt32BE(1);
}

function corrupt(key: Buffer): Error {
  return eventDamaged(streamOfPointer(key), versionOfEventKey(key));
}
