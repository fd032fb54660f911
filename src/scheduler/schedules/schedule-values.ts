import type { Backfill, Schedule, ScheduleKey, SchedulePlan } from '../../core/index.js';
import { sameTimes } from './same-schedule-plan.js';

/** What callers make of a schedule. Each answers the very schedule when there is nothing to do. */

/** A new one: nominal times from now on are its. */
export function newSchedule(key: ScheduleKey, plan: SchedulePlan, nowMs: number): Schedule {
  return {
    key,
    revision: 1,
    plan,
    createdMs: nowMs,
    updatedMs: nowMs,
    decidedMs: nowMs - 1,
    armedMs: nowMs,
    decided: [],
    recent: [],
    skipped: [],
    counts: { made: 0, skipped: { overlap: 0, missed: 0, paused: 0, exists: 0 } },
  };
}

/** Its times count from now on: those before it are none that were missed. */
export function withPlan(schedule: Schedule, plan: SchedulePlan, nowMs: number): Schedule {
  const { next, decidedMs } = schedule;
  // of the same times, one whose jitter is not over is still to come
  const isToCome = next !== undefined && next.nominalMs <= nowMs && sameTimes(schedule.plan, plan);
  const counted = isToCome ? decidedMs : Math.max(decidedMs, nowMs - 1);
  return { ...revised(schedule, nowMs), plan, decidedMs: counted };
}

/** As with a new plan; a pause ends. */
export function replaced(schedule: Schedule, plan: SchedulePlan, nowMs: number): Schedule {
  return withPlan(unpaused(schedule), plan, nowMs);
}

export function paused(schedule: Schedule, note: string, nowMs: number): Schedule {
  if (schedule.paused?.note === note) return schedule;
  const sinceMs = schedule.paused?.sinceMs ?? nowMs;
  return { ...revised(schedule, nowMs), paused: { sinceMs, note } };
}

export function resumed(schedule: Schedule, nowMs: number): Schedule {
  return schedule.paused === undefined ? schedule : revised(unpaused(schedule), nowMs);
}

function unpaused(schedule: Schedule): Schedule {
  const { paused: pause, ...rest } = schedule;
  return pause === undefined ? schedule : rest;
}

export function withBackfill(
  schedule: Schedule,
  range: Pick<Backfill, 'fromMs' | 'untilMs' | 'perSecond'>,
): Schedule {
  const { fromMs, untilMs, perSecond } = range;
  const backfill = { fromMs, untilMs, perSecond, doneMs: fromMs - 1, made: 0, skipped: 0 };
  return { ...schedule, backfill };
}

export function sameBackfill(
  left: Backfill,
  right: Pick<Backfill, 'fromMs' | 'untilMs' | 'perSecond'>,
): boolean {
  return (
    left.fromMs === right.fromMs &&
    left.untilMs === right.untilMs &&
    left.perSecond === right.perSecond
  );
}

function revised(schedule: Schedule, nowMs: number): Schedule {
  return { ...schedule, revision: schedule.revision + 1, updatedMs: nowMs };
}
