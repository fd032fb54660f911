import {
  invalidField,
  requireMilliseconds,
  requireName,
  requireRange,
  withRunMetadata,
  type AppendTarget,
  type MissedRunPolicy,
  type RunTemplate,
  type SchedulePlan,
  type ScheduleTiming,
} from '../../core/index.js';
import { requireRecurrence } from '../recurrence/require-recurrence.js';
import { planOf, type PlanRules } from '../schedule-entry.js';
import { requireScheduleId } from './run-ids.js';
import type { ScheduleDraft } from './schedules.js';

const DAY_MS = 86_400_000;
const JITTER_MS = { min: 0, max: DAY_MS };
const MISSED_AFTER_MS = { min: 1_000, max: 30 * DAY_MS };
const DEFAULT_MISSED_AFTER_MS = 60_000;
const MISSED_RUNS = { min: 1, max: 1_000 };
const PER_SECOND = { min: 1, max: 1_000 };
/** Whoever notes a run that another process has made, before it died, must find it still there. */
const RETENTION_MS_MIN = 3_600_000;
/** The end of the year 9999: a Date has little more, and what `Intl` is asked lies beside it. */
const LATEST_MS = 253_402_300_799_999;

/** The plan of a draft, with the defaults filled in. Throws when it may not be stored. */
export function schedulePlanOf(draft: ScheduleDraft, rules: PlanRules): SchedulePlan {
  const { key, timing, overlap = 'skip', missed = { kind: 'fire-once' } } = draft;
  const { missedAfterMs = DEFAULT_MISSED_AFTER_MS } = draft;
  requireName('application', key.application);
  requireScheduleId(key.scheduleId);
  requireTiming(timing);
  requireMissed(missed);
  requireRange('missed.after_ms', missedAfterMs, MISSED_AFTER_MS);
  return { timing, overlap, missed, missedAfterMs, run: runOf(draft, rules) };
}

/** Throws INVALID_ARGUMENT unless so many may be made in a second. */
export function requirePerSecond(field: string, perSecond: number): void {
  requireRange(field, perSecond, PER_SECOND);
}

/** Throws INVALID_ARGUMENT unless it can be a time. */
export function requireMoment(field: string, ms: number): void {
  requireMilliseconds(field, ms);
  if (Number.isSafeInteger(ms) && ms >= 0 && ms <= LATEST_MS) return;
  throw invalidField(field, 'must be a whole number of ms since 1970, up to the year 9999');
}

function requireTiming({ recurrence, startMs, endMs, jitterMs }: ScheduleTiming): void {
  requireRecurrence(recurrence);
  if (startMs !== undefined) requireMoment('start_ms', startMs);
  if (endMs !== undefined) requireMoment('end_ms', endMs);
  if (endMs !== undefined && endMs <= (startMs ?? 0)) {
    throw invalidField('end_ms', 'must be later than start_ms');
  }
  requireRange('jitter_ms', jitterMs, JITTER_MS);
}

function requireMissed(missed: MissedRunPolicy): void {
  if (missed.kind !== 'fire-all') return;
  requireRange('missed.runs_max', missed.runsMax, MISSED_RUNS);
  requirePerSecond('missed.per_second', missed.perSecond);
}

function runOf({ key, run }: ScheduleDraft, rules: PlanRules): RunTemplate {
  const { application, scheduleId } = key;
  const retentionMs = Math.max(rules.retentionMs, RETENTION_MS_MIN);
  const { target, payload, retry, timeoutMs, lateness } = run;
  const plan = planOf(
    {
      key: { application, eventId: scheduleId },
      dueMs: rules.nowMs,
      payload,
      // with all that a run adds to it, so that none is refused for its size
      target: target.kind === 'append' ? asRun(target, scheduleId) : target,
      retry,
      timeoutMs,
      retentionMs: run.retentionMs,
      lateness,
      onExists: 'reject',
    },
    { ...rules, retentionMs },
  );
  if (plan.retentionMs < RETENTION_MS_MIN) {
    throw invalidField('retention_ms', `of a run must be at least ${RETENTION_MS_MIN}`);
  }
  return {
    payload,
    target: target.kind === 'append' ? target : plan.target,
    retry: plan.retry,
    timeoutMs: plan.timeoutMs,
    retentionMs: plan.retentionMs,
    ...(lateness !== undefined && { lateness }),
  };
}

function asRun(target: AppendTarget, scheduleId: string): AppendTarget {
  const longest = { scheduleId, nominalMs: LATEST_MS, cause: 'schedule' } as const;
  return { ...target, metadata: withRunMetadata(target.metadata, longest) };
}
