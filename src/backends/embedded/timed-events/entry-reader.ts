import type { TimedEvent, TimedEventKey, Uuid } from '../../../core/index.js';
import { damaged } from '../errors.js';
import type { Tables } from '../schema.js';
import { entryKey } from './keys.js';
import { changeOf, decodeRecord, type StoredEntry } from './record.js';

/** The entry of a snapshot or transaction, whole. */
export function readEntry(tables: Tables, key: TimedEventKey): TimedEvent | undefined {
  const stored = readStored(tables, key);
  if (stored === undefined) return undefined;
  const payload = tables.timedPayloads.getBinary(entryKey(key));
  if (payload === undefined) throw damaged('the payload of a timed event is missing');
  return { ...stored, plan: { ...stored.plan, payload } };
}

/** The change that made what is stored: who knows it knows the entry. */
export function storedChange(tables: Tables, key: TimedEventKey): Uuid | undefined {
  const record = tables.timedEvents.getBinary(entryKey(key));
  return record && changeOf(record);
}

/** The same without its payload, which may be large. */
export function readStored(tables: Tables, key: TimedEventKey): StoredEntry | undefined {
  const record = tables.timedEvents.getBinary(entryKey(key));
  return record === undefined ? undefined : decodeRecord(record, key);
}
