import { finishedMsOf, type TimedEvent } from '../../../core/index.js';
import type { Tables } from '../schema.js';
import { logNotice } from './due-log.js';
import { encodeDueRow } from './due-row.js';
import { entryKey, listKey, timeKey } from './keys.js';
import { encodeRecord, encodeStatus, type StoredEntry } from './record.js';

/**
 * Replaces `stored` and its rows in all indexes, within a write transaction. `payload` is written
 * when it is given; else it is that of `stored`.
 */
export function writeEntry(
  tables: Tables,
  step: {
    readonly stored: StoredEntry | undefined;
    readonly to: TimedEvent;
    readonly payload: Uint8Array | undefined;
  },
): void {
  const { stored, to, payload } = step;
  const key = entryKey(to.key);
  if (stored !== undefined) removeIndexes(tables, stored);
  tables.timedEvents.putSync(key, encodeRecord(to));
  if (payload !== undefined) tables.timedPayloads.putSync(key, Buffer.from(payload));
  const { state, plan } = to;
  if (state.status !== 'DELETED') {
    const place = { dueMs: plan.dueMs, eventId: to.key.eventId };
    const status = Buffer.from([encodeStatus(state.status)]);
    tables.timedLists.putSync(listKey(to.key.application, place), status);
  }
  if ('nextMs' in state) {
    const dueKey = timeKey(state.nextMs, key);
    const row = encodeDueRow(to);
    if (row !== undefined) tables.timedDue.putSync(dueKey, row);
    if (state.status === 'PENDING') logNotice(tables, dueKey);
  } else {
    tables.timedExpiry.putSync(timeKey(state.finishedMs + plan.retentionMs, key), Buffer.alloc(0));
  }
}

/** Removes an entry whole, within a write transaction. */
export function removeEntry(tables: Tables, event: StoredEntry): void {
  const key = entryKey(event.key);
  removeIndexes(tables, event);
  tables.timedEvents.removeSync(key);
  tables.timedPayloads.removeSync(key);
}

function removeIndexes(tables: Tables, event: StoredEntry): void {
  const { state, plan } = event;
  const key = entryKey(event.key);
  const place = { dueMs: plan.dueMs, eventId: event.key.eventId };
  tables.timedLists.removeSync(listKey(event.key.application, place));
  if ('nextMs' in state) tables.timedDue.removeSync(timeKey(state.nextMs, key));
  const finishedMs = finishedMsOf(event);
  if (finishedMs === undefined) return;
  tables.timedExpiry.removeSync(timeKey(finishedMs + plan.retentionMs, key));
}
