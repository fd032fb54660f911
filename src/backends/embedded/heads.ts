import { uuidAt } from '../../core/index.js';
import { CHECKSUM_BYTES, checksumOf } from './checksum.js';
import { streamDamaged } from './errors.js';
import type { Tables } from './schema.js';
import { keyOfBlockWith } from './stream-blocks.js';

/** What is kept of a stream as a whole. */
export interface Head {
  /** Of the last event; 0 = no stream. */
  readonly version: number;
  readonly name: string | undefined;
}

/*
 * A head: mark 1 · checksum 4 · version 4 · name. Formats below 4 had version and name only;
 * no version is so large that it begins like the mark.
 */
const MARK = 0xc5;
const CHECKED_FROM = 1 + CHECKSUM_BYTES;
const VERSION_BYTES = 4;
const NO_STREAM: Head = { version: 0, name: undefined };

/** Throws STREAM_CORRUPT. */
export function readHead(tables: Tables, stream: Buffer): Head {
  const stored = tables.heads.getBinaryFast(stream);
  if (stored !== undefined) return decodeHead(tables, stream, stored);
  if (goesOnBehind(tables, stream, 0)) {
    throw streamDamaged(uuidAt(stream), 'its version is missing');
  }
  return NO_STREAM;
}

/** Whether the stream has events behind a version. */
export function goesOnBehind(tables: Tables, stream: Buffer, version: number): boolean {
  return keyOfBlockWith(tables, stream, version + 1) !== undefined;
}

/** Throws STREAM_CORRUPT. */
export function decodeHead(tables: Tables, stream: Buffer, stored: Buffer): Head {
  // what lmdb lends is longer than it says
  const checked = stored.subarray(CHECKED_FROM, stored.length);
  const isMarked = stored.length >= CHECKED_FROM + VERSION_BYTES && stored[0] === MARK;
  if (isMarked && stored.readUInt32BE(1) === checksumOf(stream, checked)) return headIn(checked);
  if (!isMarked && tables.uncheckedTo > 0 && stored.length >= VERSION_BYTES) {
    const head = headIn(stored.subarray(0, stored.length));
    // none is written before there is an event
    if (head.version > 0) return head;
  }
  throw streamDamaged(uuidAt(stream), 'its version cannot be trusted');
}

function headIn(bytes: Buffer): Head {
  return {
    version: bytes.readUInt32BE(0),
    name: bytes.length === VERSION_BYTES ? undefined : bytes.toString('utf8', VERSION_BYTES),
  };
}

export function encodeHead(stream: Buffer, { version, name }: Head): Buffer {
  const nameBytes = name === undefined ? 0 : Buffer.byteLength(name);
  const stored = Buffer.allocUnsafe(CHECKED_FROM + VERSION_BYTES + nameBytes);
  stored.writeUInt8(MARK, 0);
  stored.writeUInt32BE(version, CHECKED_FROM);
  if (name !== undefined) stored.write(name, CHECKED_FROM + VERSION_BYTES);
  stored.writeUInt32BE(checksumOf(stream, stored.subarray(CHECKED_FROM)), 1);
  return stored;
}
