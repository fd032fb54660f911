import { destinationOf, type TimedEvent, type Uuid } from '../../../core/index.js';
import type { DueEntry } from '../../../storage/index.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { applicationKey, entryOfTimeKey, readEntryKey, TIME_BYTES, timeOf } from './keys.js';

/** What `timed_due` says of an entry that is not finished; its key says when and which. */
export interface DueRow {
  /** The bytes of its key, one character each: sorts as the table does. */
  readonly id: string;
  readonly generation: Uuid;
  readonly change: Uuid;
  readonly nextMs: number;
  readonly destination: string;
  /** Whose attempt is under way; undefined while it is PENDING. */
  readonly claim: { readonly poller: Uuid; readonly epoch: number } | undefined;
}

/** Undefined for what is finished. */
export function encodeDueRow(event: TimedEvent): Buffer | undefined {
  const { state } = event;
  if (!('nextMs' in state)) return undefined;
  const writer = new ByteWriter().uuid(event.generation).uuid(event.change);
  writer.number(state.nextMs).text(destinationOf(event.plan.target));
  writer.uint8(state.status === 'PROCESSING' ? 1 : 0);
  if (state.status === 'PROCESSING') writer.uuid(state.claim.poller).number(state.claim.epoch);
  return writer.done();
}

export function decodeDueRow(key: Buffer, value: Buffer): DueRow {
  const reader = new ByteReader(value);
  return {
    id: dueId(key),
    generation: reader.uuid(),
    change: reader.uuid(),
    nextMs: reader.number(),
    destination: reader.text(),
    claim: reader.uint8() === 1 ? { poller: reader.uuid(), epoch: reader.number() } : undefined,
  };
}

export function dueId(key: Buffer): string {
  return key.toString('latin1');
}

export function keyOfDueId(id: string): Buffer {
  return Buffer.from(id, 'latin1');
}

export function timeOfId(id: string): number {
  return timeOf(keyOfDueId(id.slice(0, TIME_BYTES)));
}

/** The part of an id that tells whose entry it is. */
export function applicationOfId(id: string): string {
  return id.slice(TIME_BYTES, TIME_BYTES + 1 + id.charCodeAt(TIME_BYTES));
}

/** The same part by the name. */
export function applicationInIds(application: string): string {
  return applicationKey(application).toString('latin1');
}

export function entryOf(row: DueRow, epoch: number): DueEntry {
  const { generation, nextMs, destination } = row;
  // written in one transaction with its entry
  const writtenMs = Number.NEGATIVE_INFINITY;
  const key = readEntryKey(entryOfTimeKey(keyOfDueId(row.id)));
  return { key, generation, nextMs, destination, writtenMs, epoch };
}
