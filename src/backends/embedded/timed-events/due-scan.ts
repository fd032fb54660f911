import type { Tables } from '../schema.js';
import { lastNumber, readLog } from './due-log.js';
import { decodeDueRow, dueId, keyOfDueId, type DueRow } from './due-row.js';
import { timePrefix } from './keys.js';
import type { Notices } from './notices.js';
import { PassedRanges, type IdRange } from './passed-ranges.js';

const LOG_STEP = 300;

/** Rows that follow each other, and the part of the table that they are all of. */
export interface ScannedRows extends IdRange {
  readonly rows: readonly DueRow[];
}

/**
 * Passes over each part of `timed_due` once: what is written behind it comes from the log. So
 * neither what lies far ahead nor what waits in somebody's hands costs anything.
 */
export class DueScan {
  readonly #passed = new PassedRanges();
  #logNumber: number;

  constructor(tables: Tables) {
    this.#logNumber = lastNumber(tables);
  }

  /** Takes in what was written behind it. Answers whether there may be more. */
  readLog(tables: Tables, notices: Notices, nowMs: number): boolean {
    const { dueKeys, number, missed } = readLog(tables, this.#logNumber, LOG_STEP);
    if (missed) this.#passed.clear();
    this.#logNumber = number;
    for (const key of dueKeys) {
      const id = dueId(key);
      const isBehind = this.#passed.contains(id) || notices.knows(id);
      const row = isBehind ? rowAt(tables, id) : undefined;
      if (row !== undefined) notices.written(row, nowMs);
    }
    return dueKeys.length === LOG_STEP;
  }

  /** The next rows that were not passed yet; undefined when all of the range was. */
  next(tables: Tables, wanted: IdRange, limit: number): ScannedRows | undefined {
    const gap = this.#passed.firstGap(wanted);
    if (gap === undefined) return undefined;
    const [start, end] = [keyOfDueId(gap.from), keyOfDueId(gap.to)];
    const found = [...tables.timedDue.getRange({ start, end, limit })];
    const rows = found.map(({ key, value }) => decodeDueRow(key, value));
    const last = rows.length < limit ? undefined : rows.at(-1);
    return { from: gap.from, to: last === undefined ? gap.to : after(last.id), rows };
  }

  /** `last`: the last row that was looked at, when it was not all of them. */
  pass({ from, to }: ScannedRows, last?: DueRow): void {
    this.#passed.add({ from, to: last === undefined ? to : after(last.id) });
  }
}

/** Both times inclusive. */
export function dueRange(fromMs: number, untilMs: number): IdRange {
  return { from: dueId(timePrefix(fromMs)), to: dueId(timePrefix(untilMs + 1)) };
}

/** The row as it is now; undefined when its entry has finished or has moved. */
export function rowAt({ timedDue }: Tables, id: string): DueRow | undefined {
  const key = keyOfDueId(id);
  const value = timedDue.get(key);
  return value === undefined ? undefined : decodeDueRow(key, value);
}

/** The first text behind another. */
function after(id: string): string {
  return `${id}\0`;
}
