import {
  SkipReason as WireReason,
  type Backfill as WireBackfill,
  type ComingRun as WireComing,
  type Schedule as WireSchedule,
  type ScheduledRun as WireRun,
  type SkippedRuns as WireSkipped,
} from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { numberOf } from '../moment.js';
import { decodeCause, type RunCause } from '../timers/run-origin.js';
import { decodeTarget, type HttpCall, type ScheduledAppend } from '../timers/target.js';
import { requireAnswered } from '../write-until-known.js';
import { decodePlan, decodeRunTarget } from './decode-plan.js';
import type { SchedulePlan, TargetlessPlan } from './schedule-plan.js';

/** A run that is to come. */
export interface ComingRun {
  /** Its time, without jitter. */
  readonly nominalMs: number;
  readonly dueMs: number;
}

/** A run that was made: a timed event of the application. */
export interface ScheduledRun extends ComingRun {
  readonly eventId: string;
  readonly cause: RunCause;
}

/**
 * Why a run was not made: the one before it was not finished, no server was there in time, the
 * schedule was paused, there was a timed event of its id.
 */
export type SkipReason = 'overlap' | 'missed' | 'paused' | 'exists' | 'unknown';

/** Runs one after the other that were skipped for the same reason. */
export interface SkippedRuns {
  readonly reason: SkipReason;
  readonly firstNominalMs: number;
  readonly lastNominalMs: number;
  readonly count: number;
  readonly decidedMs: number;
}

/** How far a backfill has come. */
export interface Backfill {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly perSecond: number;
  /** Nominal times up to it are through. */
  readonly doneMs: number;
  readonly made: number;
  readonly skipped: number;
  readonly finished: boolean;
}

/** A schedule as it is, without the content of its runs. Times in ms since the epoch. */
export interface ScheduleState {
  readonly application: string;
  readonly scheduleId: string;
  /** Rises with each change, those that runs make included. */
  readonly revision: number;
  /** What it asks for, with what was left out. What its runs do: `http` or `append` below. */
  readonly plan: TargetlessPlan;
  readonly http: HttpCall | undefined;
  readonly append: ScheduledAppend | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Undefined: it is not. */
  readonly paused: { readonly sinceMs: number; readonly note: string } | undefined;
  /** Undefined: there is none, or only after ten years. */
  readonly nextRun: ComingRun | undefined;
  /** The last ones that were made, newest first, up to ten. */
  readonly recentRuns: readonly ScheduledRun[];
  /** Nominal time of a run that waits for the one before it. */
  readonly bufferedNominalMs: number | undefined;
  /** How many runs were made. */
  readonly made: number;
  /** How many were skipped, by reason; without those of 0. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** The last one. */
  readonly backfill: Backfill | undefined;
}

/** A schedule as it is, with a plan that can be changed and handed to `update`. */
export interface Schedule extends Omit<ScheduleState, 'plan'> {
  readonly plan: SchedulePlan;
}

const REASONS = new Choices({
  overlap: WireReason.SKIP_REASON_OVERLAP,
  missed: WireReason.SKIP_REASON_MISSED,
  paused: WireReason.SKIP_REASON_PAUSED,
  exists: WireReason.SKIP_REASON_EXISTS,
});

function reasonOf(reason: WireReason): SkipReason {
  return REASONS.find(reason) ?? 'unknown';
}

/** The answer to `get`. */
export function decodeSchedule(schedule: WireSchedule): Schedule {
  const state = decodeState(schedule);
  const run = requireAnswered(schedule.plan?.run, 'run');
  return { ...state, plan: { ...state.plan, ...decodeRunTarget(run) } };
}

/** All other answers. */
export function decodeState(schedule: WireSchedule): ScheduleState {
  const { application, scheduleId, pausedMs, pauseNote, nextRun, recentRuns, backfill } = schedule;
  const plan = requireAnswered(schedule.plan, 'plan');
  const paused =
    pausedMs === undefined ? undefined : { sinceMs: Number(pausedMs), note: pauseNote };
  return {
    application,
    scheduleId,
    revision: Number(schedule.revision),
    plan: decodePlan(plan),
    ...decodeTarget(plan.run?.target),
    createdMs: Number(schedule.createdMs),
    updatedMs: Number(schedule.updatedMs),
    paused,
    nextRun: nextRun === undefined ? undefined : decodeComing(nextRun),
    recentRuns: recentRuns.map(decodeScheduledRun),
    bufferedNominalMs: numberOf(schedule.bufferedNominalMs),
    made: Number(schedule.made),
    skipped: Object.fromEntries(
      schedule.skipped.map(({ reason, count }) => [reasonOf(reason), Number(count)]),
    ),
    backfill: backfill === undefined ? undefined : decodeBackfill(backfill),
  };
}

export function decodeComing({ nominalMs, dueMs }: WireComing): ComingRun {
  return { nominalMs: Number(nominalMs), dueMs: Number(dueMs) };
}

export function decodeScheduledRun({ eventId, nominalMs, dueMs, cause }: WireRun): ScheduledRun {
  return { eventId, ...decodeComing({ nominalMs, dueMs }), cause: decodeCause(cause) };
}

export function decodeSkipped(skipped: WireSkipped): SkippedRuns {
  return {
    reason: reasonOf(skipped.reason),
    firstNominalMs: Number(skipped.firstNominalMs),
    lastNominalMs: Number(skipped.lastNominalMs),
    count: Number(skipped.count),
    decidedMs: Number(skipped.decidedMs),
  };
}

function decodeBackfill(backfill: WireBackfill): Backfill {
  const { perSecond, finished } = backfill;
  return {
    fromMs: Number(backfill.fromMs),
    untilMs: Number(backfill.untilMs),
    perSecond,
    doneMs: Number(backfill.doneMs),
    made: Number(backfill.made),
    skipped: Number(backfill.skipped),
    finished,
  };
}
