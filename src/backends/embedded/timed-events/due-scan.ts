import type { Tables } from '../schema.js';
import { lastNumber, readLog } from './due-log.js';
import { applicationOfId, decodeDueRow, dueId, keyOfDueId, timeOfId } from './due-row.js';
import type { DueRow } from './due-row.js';
import { behind, behindApplication, toApplication, walkDue } from './due-walk.js';
import { timePrefix } from './keys.js';
import { LeftOut, type LeftPart } from './left-out.js';
import type { Notices } from './notices.js';
import { PassedRanges, type IdRange } from './passed-ranges.js';

const LOG_STEP = 300;
/** Rows looked at to find when the next one is due. */
const AHEAD_LOOKS = 64;

/** What is wanted: applications, as `applicationOfId` has them, that are left where they are. */
export interface ScanWindow {
  readonly range: IdRange;
  readonly without: ReadonlySet<string>;
}

/** All that is wanted below `to` and was not looked at before, in order. */
export interface ScannedRows {
  readonly rows: readonly DueRow[];
  readonly to: string;
  /** What they are of: a gap in what was passed, and parts that were left out before. */
  readonly gap: IdRange | undefined;
  readonly parts: readonly LeftPart[];
  /** Whose rows in the gap were passed over, and the first of each. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Passes over each part of `timed_due` once: what is written behind it comes from the log, what
 * was left out is remembered by application. So neither what lies far ahead, nor what waits in
 * somebody's hands, nor what is not wanted costs anything.
 */
export class DueScan {
  readonly #passed = new PassedRanges();
  readonly #leftOut = new LeftOut();
  #logNumber: number;

  constructor(tables: Tables) {
    this.#logNumber = lastNumber(tables);
  }

  /** Takes in what was written behind it. Answers whether there may be more. */
  readLog(tables: Tables, notices: Notices, nowMs: number): boolean {
    const { dueKeys, number, missed } = readLog(tables, this.#logNumber, LOG_STEP);
    if (missed) {
      this.#passed.clear();
      this.#leftOut.clear();
    }
    this.#logNumber = number;
    for (const key of dueKeys) {
      const id = dueId(key);
      const isBehind = this.#passed.contains(id) || notices.knows(id);
      const row = isBehind ? rowAt(tables, id) : undefined;
      if (row !== undefined) notices.written(row, nowMs);
    }
    return dueKeys.length === LOG_STEP;
  }

  /** A row that somebody has met, and does not want now. */
  leaveOut(id: string): void {
    this.#leftOut.add(applicationOfId(id), { from: id, to: behind(id) });
  }

  /** The next rows, after about so many looks; undefined when all of the window was passed. */
  next(tables: Tables, { range, without }: ScanWindow, looksMax: number): ScannedRows | undefined {
    const gap = this.#passed.firstGap(range);
    const parts = this.#leftOut.wanted(range, without);
    const walks = parts.length + (gap === undefined ? 0 : 1);
    if (walks === 0) return undefined;
    const looksEach = Math.ceil(looksMax / walks);
    const skipped = new Map<string, string>();
    const detour = (id: string): string | undefined => {
      const application = applicationOfId(id);
      if (!without.has(application)) return undefined;
      if (!skipped.has(application)) skipped.set(application, id);
      return behindApplication(id);
    };
    const walked = parts.map(({ application, part }) =>
      walkDue(tables, part, looksEach, (id) => toApplication(id, application)),
    );
    if (gap !== undefined) walked.push(walkDue(tables, gap, looksEach, detour));
    const to = walked.reduce((least, walk) => (walk.to < least ? walk.to : least), range.to);
    const rows = walked.flatMap((walk) => walk.rows).filter(({ id }) => id < to);
    return { rows: rows.sort(byId), to, gap, parts, skipped };
  }

  /** `last`: the last row that was looked at, when it was not all of them. */
  pass({ to, gap, parts, skipped }: ScannedRows, last?: DueRow): void {
    const end = last === undefined ? to : behind(last.id);
    for (const { application, part } of parts) {
      this.#leftOut.remove(application, { from: part.from, to: end });
    }
    if (gap === undefined) return;
    this.#passed.add({ from: gap.from, to: end });
    for (const [application, first] of skipped) {
      // from the beginning of the gap, so that parts of an application become one
      if (first < end) this.#leftOut.add(application, { from: gap.from, to: end });
    }
  }

  /** No entry that is wanted and was not looked at is due before; Infinity: there is none. */
  nextMs(tables: Tables, window: ScanWindow): number {
    // mostly the first row is wanted
    const nearest = this.next(tables, window, 1);
    const ahead = nearest?.rows.length === 0 ? this.next(tables, window, AHEAD_LOOKS) : nearest;
    if (ahead === undefined) return Infinity;
    const [first] = ahead.rows;
    if (first !== undefined) return first.nextMs;
    return ahead.to === window.range.to ? Infinity : timeOfId(ahead.to);
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

function byId(left: DueRow, right: DueRow): number {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}
