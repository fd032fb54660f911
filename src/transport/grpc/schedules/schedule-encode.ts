import {
  SKIP_REASONS,
  type Backfill,
  type DecidedRun,
  type Schedule,
  type SkippedRuns,
  type SkipReason,
} from '../../../core/index.js';
import {
  ScheduleOutcome as WireOutcome,
  SkipReason as WireReason,
  type Backfill as WireBackfill,
  type ComingRun as WireComingRun,
  type CreateScheduleResponse,
  type Schedule as WireSchedule,
  type ScheduledRun as WireRun,
  type SkippedRuns as WireSkipped,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { ComingRun, CreatedSchedule } from '../../../scheduler/index.js';
import { encodeOptional } from '../number-fields.js';
import { encodeCause } from '../run-encode.js';
import { encodePlan, type PlanView } from './plan-encode.js';

const OUTCOMES: Readonly<Record<CreatedSchedule['outcome'], WireOutcome>> = {
  created: WireOutcome.SCHEDULE_OUTCOME_SCHEDULED,
  existed: WireOutcome.SCHEDULE_OUTCOME_EXISTED,
  replaced: WireOutcome.SCHEDULE_OUTCOME_REPLACED,
};

const REASONS: Readonly<Record<SkipReason, WireReason>> = {
  overlap: WireReason.SKIP_REASON_OVERLAP,
  missed: WireReason.SKIP_REASON_MISSED,
  paused: WireReason.SKIP_REASON_PAUSED,
  exists: WireReason.SKIP_REASON_EXISTS,
};

export function encodeCreated({ schedule, outcome }: CreatedSchedule): CreateScheduleResponse {
  return { schedule: encodeSchedule(schedule), outcome: OUTCOMES[outcome] };
}

export function encodeSchedule(
  schedule: Schedule,
  view: PlanView = 'without-payload',
): WireSchedule {
  const { key, plan, counts, paused, next, buffered, backfill } = schedule;
  return {
    application: key.application,
    scheduleId: key.scheduleId,
    revision: BigInt(schedule.revision),
    plan: encodePlan(plan, view),
    createdMs: BigInt(schedule.createdMs),
    updatedMs: BigInt(schedule.updatedMs),
    pausedMs: encodeOptional(paused?.sinceMs),
    pauseNote: paused?.note ?? '',
    nextRun: next && encodeComingRun(next),
    recentRuns: schedule.recent.map(encodeRun),
    bufferedNominalMs: encodeOptional(buffered?.nominalMs),
    made: BigInt(counts.made),
    skipped: SKIP_REASONS.filter((reason) => counts.skipped[reason] > 0).map((reason) => ({
      reason: REASONS[reason],
      count: BigInt(counts.skipped[reason]),
    })),
    backfill: backfill && encodeBackfill(backfill),
  };
}

export function encodeComingRun({ nominalMs, dueMs }: ComingRun): WireComingRun {
  return { nominalMs: BigInt(nominalMs), dueMs: BigInt(dueMs) };
}

export function encodeRun({ eventId, nominalMs, dueMs, cause }: DecidedRun): WireRun {
  return {
    eventId,
    nominalMs: BigInt(nominalMs),
    dueMs: BigInt(dueMs),
    cause: encodeCause(cause),
  };
}

export function encodeSkipped(skipped: SkippedRuns): WireSkipped {
  return {
    reason: REASONS[skipped.reason],
    firstNominalMs: BigInt(skipped.firstNominalMs),
    lastNominalMs: BigInt(skipped.lastNominalMs),
    count: BigInt(skipped.count),
    decidedMs: BigInt(skipped.decidedMs),
  };
}

function encodeBackfill(backfill: Backfill): WireBackfill {
  const { fromMs, untilMs, doneMs } = backfill;
  return {
    fromMs: BigInt(fromMs),
    untilMs: BigInt(untilMs),
    perSecond: backfill.perSecond,
    doneMs: BigInt(doneMs),
    made: BigInt(backfill.made),
    skipped: BigInt(backfill.skipped),
    finished: doneMs >= untilMs,
  };
}
