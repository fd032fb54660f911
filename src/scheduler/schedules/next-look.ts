import type { Schedule } from '../../core/index.js';
import { comingRuns } from '../recurrence/coming-runs.js';
import { backfillReadyMs } from './decide-backfill.js';

/** No look at all. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** A run that waits is mostly let go by the end of the one before it; else by these looks. */
const BUFFERED_LOOK_MS = { min: 500, max: 10_000 };

/** The schedule with its next run, and the time at which its task has to look at it next. */
export function withNextLook(
  schedule: Schedule,
  nowMs: number,
): { readonly schedule: Schedule; readonly lookMs: number } {
  const known = withNext(schedule);
  return { schedule: known, lookMs: lookMs(known, nowMs) };
}

function withNext(schedule: Schedule): Schedule {
  const { key, plan, decidedMs } = schedule;
  const [next] = comingRuns(key, plan.timing, { afterMs: decidedMs, limit: 1 });
  if (next !== undefined) return { ...schedule, next };
  const { next: former, ...rest } = schedule;
  return former === undefined ? schedule : rest;
}

function lookMs(schedule: Schedule, nowMs: number): number {
  const { decided, skipped, next, buffered } = schedule;
  if (decided.length + skipped.length > 0) return nowMs;
  const looks = [next?.dueMs ?? NEVER_MS, backfillReadyMs(schedule) ?? NEVER_MS];
  if (buffered !== undefined) {
    const { min, max } = BUFFERED_LOOK_MS;
    looks.push(nowMs + Math.min(Math.max(nowMs - buffered.sinceMs, min), max));
  }
  return Math.min(...looks);
}
