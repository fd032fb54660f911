import type { Tables } from '../schema.js';

/** How many of the latest notices the log keeps. A reader that is further behind starts over. */
const KEPT = 65_536;
/** How many notices are written between two looks for old ones, and how many are then removed. */
const TRIM_EVERY = 16;
/** More, so that it shrinks. */
const TRIMMED_EACH = 2 * TRIM_EVERY;

/*
 * `timed_due_log`: number → key in `timed_due`, one for each write of a PENDING row, by any
 * process. A scan of `timed_due` passes a place once; what is written behind it stands here.
 */

/** Number of the latest notice; 0 without one. */
export function lastNumber({ timedDueLog }: Tables): number {
  for (const key of timedDueLog.getKeys({ reverse: true, limit: 1 })) return key.readUIntBE(0, 6);
  return 0;
}

/** Within a write transaction. */
export function logNotice(tables: Tables, dueKey: Buffer): void {
  const number = lastNumber(tables) + 1;
  tables.timedDueLog.putSync(numberKey(number), dueKey);
  if (number % TRIM_EVERY !== 0) return;
  const old = tables.timedDueLog.getKeys({ end: numberKey(number - KEPT), limit: TRIMMED_EACH });
  for (const key of [...old]) tables.timedDueLog.removeSync(key);
}

export interface LoggedNotices {
  readonly dueKeys: readonly Buffer[];
  /** Of the last of them, or `after`. */
  readonly number: number;
  /** Some after `after` are no longer kept. */
  readonly missed: boolean;
}

/** What was logged after a number, oldest first. */
export function readLog(tables: Tables, after: number, limit: number): LoggedNotices {
  const rows = [...tables.timedDueLog.getRange({ start: numberKey(after + 1), limit })];
  const first = rows[0]?.key.readUIntBE(0, 6) ?? after + 1;
  const number = rows.at(-1)?.key.readUIntBE(0, 6) ?? after;
  return { dueKeys: rows.map(({ value }) => value), number, missed: first > after + 1 };
}

function numberKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(6);
  key.writeUIntBE(Math.max(0, number), 0, 6);
  return key;
}
