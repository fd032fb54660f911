import { finishedMsOf, type TimedEvent } from '../../../core/index.js';
import type { Table, Tables } from '../schema.js';
import { logNotice } from './due-log.js';
import { encodeDueRow } from './due-row.js';
import { entryKey, listKey, timeKey } from './keys.js';
import { encodeRecord, encodeStatus, type StoredEntry } from './record.js';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Replaces `from`, which must be what is stored, and its rows in all indexes, within a write
 * transaction. `payload` is written when it is given; else it is that of `from`.
 */
export function writeEntry(
  tables: Tables,
  step: {
    readonly from: StoredEntry | undefined;
    readonly to: TimedEvent;
    readonly payload: Uint8Array | undefined;
  },
): void {
  const { from, to, payload } = step;
  const key = entryKey(to.key);
  tables.timedEvents.putSync(key, encodeRecord(to));
  if (payload !== undefined) tables.timedPayloads.putSync(key, Buffer.from(payload));
  const [before, after] = [from && rowKeys(from, key), rowKeys(to, key)];
  const status = Buffer.from([encodeStatus(to.state.status)]);
  replace(tables.timedLists, before?.list, after.list, status);
  replace(tables.timedDue, before?.due, after.due, encodeDueRow(to) ?? NOTHING);
  replace(tables.timedExpiry, before?.expiry, after.expiry, NOTHING);
  if (after.due !== undefined && to.state.status === 'PENDING') logNotice(tables, after.due);
}

/** Removes an entry whole, within a write transaction. */
export function removeEntry(tables: Tables, event: StoredEntry): void {
  const key = entryKey(event.key);
  const { list, due, expiry } = rowKeys(event, key);
  replace(tables.timedLists, list, undefined);
  replace(tables.timedDue, due, undefined);
  replace(tables.timedExpiry, expiry, undefined);
  tables.timedEvents.removeSync(key);
  tables.timedPayloads.removeSync(key);
}

/** Where it stands in the indexes. */
interface RowKeys {
  readonly list: Buffer | undefined;
  readonly due: Buffer | undefined;
  readonly expiry: Buffer | undefined;
}

function rowKeys(event: StoredEntry, key: Buffer): RowKeys {
  const { state, plan } = event;
  const place = { dueMs: plan.dueMs, eventId: event.key.eventId };
  const finishedMs = finishedMsOf(event);
  return {
    list: state.status === 'DELETED' ? undefined : listKey(event.key.application, place),
    due: 'nextMs' in state ? timeKey(state.nextMs, key) : undefined,
    expiry: finishedMs === undefined ? undefined : timeKey(finishedMs + plan.retentionMs, key),
  };
}

/** A row that stays at its place is written once. */
function replace(
  table: Table,
  before: Buffer | undefined,
  after: Buffer | undefined,
  value = NOTHING,
): void {
  if (before !== undefined && after?.equals(before) !== true) table.removeSync(before);
  if (after !== undefined) table.putSync(after, value);
}
