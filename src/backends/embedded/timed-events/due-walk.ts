import type { Tables } from '../schema.js';
import {
  applicationOfId,
  decodeDueRow,
  dueId,
  keyOfDueId,
  timeOfId,
  type DueRow,
} from './due-row.js';
import { TIME_BYTES, timePrefix } from './keys.js';
import type { IdRange } from './passed-ranges.js';

/** Rows of a range, and how far it was walked. */
export interface WalkedRows extends IdRange {
  readonly rows: readonly DueRow[];
}

/** Undefined: the row is wanted. Else where the walk goes on, behind the row. */
export type Detour = (id: string) => string | undefined;

/** Walks over `timed_due`, past what is not wanted; looks at no more than `looksMax` rows. */
export function walkDue(
  { timedDue }: Tables,
  { from, to }: IdRange,
  looksMax: number,
  detour: Detour,
): WalkedRows {
  const rows: DueRow[] = [];
  const end = keyOfDueId(to);
  let looks = 0;
  for (let start = from; start < to; ) {
    if (looks >= looksMax) return { from, to: start, rows };
    let next = to;
    for (const { key, value } of timedDue.getRange({ start: keyOfDueId(start), end })) {
      const id = dueId(key);
      looks += 1;
      const past = detour(id);
      if (past === undefined) rows.push(decodeDueRow(key, value));
      next = past ?? behind(id);
      if (past !== undefined || looks >= looksMax) break;
      next = to;
    }
    start = next;
  }
  return { from, to, rows };
}

/** The first text behind another. */
export function behind(id: string): string {
  return `${id}\0`;
}

/** Past all entries of the same application and ms. */
export function behindApplication(id: string): string {
  // no byte of UTF-8 is so high
  return `${id.slice(0, TIME_BYTES)}${applicationOfId(id)}\xff`;
}

/** To the next place where an entry of the application may stand. */
export function toApplication(id: string, application: string): string | undefined {
  if (applicationOfId(id) === application) return undefined;
  const here = `${id.slice(0, TIME_BYTES)}${application}`;
  return id < here ? here : `${dueId(timePrefix(timeOfId(id) + 1))}${application}`;
}
