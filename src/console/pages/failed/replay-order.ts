import type { FailedFilter } from '../../api/timers.js';
import { typedTime } from '../../parts/field-time.js';
import { zonedTime } from '../../parts/zoned-time.js';

export const RATE_MAX = 10_000;

/** What somebody has filled in. */
export interface ReplayFields {
  readonly application: string;
  readonly from: RangeEnd;
  readonly until: RangeEnd;
  readonly perSecond: string;
}

/** One end of a range, in local time. */
export interface RangeEnd {
  /** Empty: the range has no end here, or it is still typed. */
  readonly text: string;
  /** Something is typed that is no time yet: the field then says that it is empty. */
  readonly unfinished: boolean;
}

/** Which failed timers are replayed, and how fast. */
export interface ReplayOrder {
  readonly filter: FailedFilter;
  readonly perSecond: number;
}

export function orderOf({ application, from, until, perSecond }: ReplayFields): ReplayOrder {
  return {
    filter: {
      application: application === '' ? undefined : application,
      failedFromMs: typedTime(from.text).atMs,
      failedUntilMs: typedTime(until.text).atMs,
    },
    perSecond: Number(perSecond),
  };
}

/** Why it cannot be sent as it is. */
export function hindranceOf(fields: ReplayFields): string | undefined {
  if (fields.from.unfinished || fields.until.unfinished) return 'A time is not whole yet';
  const { filter, perSecond } = orderOf(fields);
  const chosen = Object.values(filter).some((value) => value !== undefined);
  if (!chosen) return 'Choose an application or a range';
  const { failedFromMs = -Infinity, failedUntilMs = Infinity } = filter;
  if (failedFromMs >= failedUntilMs) return 'The range ends before it begins';
  return Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= RATE_MAX
    ? undefined
    : 'A rate is 1 to 10,000';
}

/** As in "of shop only, failed from …". */
export function filterText({ application, failedFromMs, failedUntilMs }: FailedFilter): string {
  const range = [
    ...(failedFromMs === undefined ? [] : [`from ${zonedTime(failedFromMs)}`]),
    ...(failedUntilMs === undefined ? [] : [`until ${zonedTime(failedUntilMs)}`]),
  ];
  const which = application === undefined ? 'of all applications' : `of ${application} only`;
  return `${which}, failed ${range.length === 0 ? 'at any time' : range.join(' ')}`;
}
