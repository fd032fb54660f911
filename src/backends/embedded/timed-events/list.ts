import type { TimedEventSummary } from '../../../core/index.js';
import type { TimedEventPage, TimedEventPlace, TimedEventQuery } from '../../../storage/index.js';
import { damaged } from '../errors.js';
import type { Tables } from '../schema.js';
import { entryKey, listKey, placeOfListKey } from './keys.js';
import { decodeStatus, decodeSummary } from './record.js';

/** Rows that one page may look at, so that a rare status does not hold up everybody else. */
const ROWS_MAX = 2_000;

export function listEntries(tables: Tables, query: TimedEventQuery): TimedEventPage {
  const { application, statuses, fromMs, untilMs, after, limit } = query;
  const first = listKey(application, { dueMs: fromMs, eventId: '' });
  const passed = after && listKey(application, after);
  const start = passed !== undefined && Buffer.compare(passed, first) > 0 ? passed : first;
  const end = listKey(application, { dueMs: untilMs, eventId: '' });
  const events: TimedEventSummary[] = [];
  let last: TimedEventPlace | undefined = after;
  let rows = 0;
  if (Buffer.compare(start, end) >= 0) return { events, next: undefined };
  for (const { key, value } of tables.timedLists.getRange({ start, end })) {
    if (passed?.equals(key) === true) continue;
    if (events.length >= limit || rows >= ROWS_MAX) return { events, next: last };
    rows += 1;
    last = placeOfListKey(key);
    const status = decodeStatus(value.readUInt8(0));
    if (statuses.length > 0 && !statuses.includes(status)) continue;
    events.push(summaryAt(tables, application, last.eventId));
  }
  return { events, next: undefined };
}

function summaryAt(tables: Tables, application: string, eventId: string): TimedEventSummary {
  const key = { application, eventId };
  const record = tables.timedEvents.getBinary(entryKey(key));
  if (record === undefined) throw damaged('a timed event is missing');
  return decodeSummary(record, key);
}
