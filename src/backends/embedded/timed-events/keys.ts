import type { TimedEventKey } from '../../../core/index.js';
import type { TimedEventPlace } from '../../../storage/index.js';
import { UINT48_MAX } from '../keys.js';

export const TIME_BYTES = 6;

/** `timed_events`, `timed_payloads`: the application behind its length, the event id. */
export function entryKey({ application, eventId }: TimedEventKey): Buffer {
  const start = 1 + Buffer.byteLength(application);
  const key = Buffer.allocUnsafe(start + Buffer.byteLength(eventId));
  key.writeUInt8(start - 1, 0);
  key.write(application, 1);
  key.write(eventId, start);
  return key;
}

export function readEntryKey(key: Buffer, offset = 0): TimedEventKey {
  const end = offset + 1 + key.readUInt8(offset);
  return { application: key.toString('utf8', offset + 1, end), eventId: key.toString('utf8', end) };
}

/** `timed_due`, `timed_expiry`: a time, the key of the entry. */
export function timeKey(ms: number, entry: Buffer): Buffer {
  const key = Buffer.allocUnsafe(TIME_BYTES + entry.length);
  writeTime(key, ms, 0);
  entry.copy(key, TIME_BYTES);
  return key;
}

/** Before all keys of the time. */
export function timePrefix(ms: number): Buffer {
  const prefix = Buffer.allocUnsafe(TIME_BYTES);
  writeTime(prefix, ms, 0);
  return prefix;
}

function writeTime(target: Buffer, ms: number, offset: number): void {
  target.writeUIntBE(Math.min(Math.max(0, Math.floor(ms)), UINT48_MAX), offset, TIME_BYTES);
}

export function timeOf(key: Buffer): number {
  return key.readUIntBE(0, TIME_BYTES);
}

export function entryOfTimeKey(key: Buffer): Buffer {
  return key.subarray(TIME_BYTES);
}

/** `timed_lists`: the application behind its length, the due time, the event id. */
export function listKey(application: string, { dueMs, eventId }: TimedEventPlace): Buffer {
  const start = 1 + Buffer.byteLength(application);
  const key = Buffer.allocUnsafe(start + TIME_BYTES + Buffer.byteLength(eventId));
  key.writeUInt8(start - 1, 0);
  key.write(application, 1);
  writeTime(key, dueMs, start);
  key.write(eventId, start + TIME_BYTES);
  return key;
}

/** Behind all places of the application. */
export function listEnd(application: string): Buffer {
  return Buffer.concat([applicationKey(application), Buffer.alloc(TIME_BYTES + 1, 0xff)]);
}

export function placeOfListKey(key: Buffer): TimedEventPlace {
  const start = 1 + key.readUInt8(0);
  const dueMs = key.readUIntBE(start, TIME_BYTES);
  return { dueMs, eventId: key.toString('utf8', start + TIME_BYTES) };
}

/** Behind its length: sorts as the keys that begin with it do. */
export function applicationKey(application: string): Buffer {
  const bytes = Buffer.byteLength(application);
  const key = Buffer.allocUnsafe(1 + bytes);
  key.writeUInt8(bytes, 0);
  key.write(application, 1);
  return key;
}
