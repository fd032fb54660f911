import {
  MissedRunAction,
  OverlapPolicy as WireOverlap,
  type MissedRunPolicy as WireMissed,
  type RunTemplate,
  type SchedulePlan as WirePlan,
} from '../../gen/cassadra/v1/scheduler.js';
import { newerServer } from '../choices.js';
import { numberOf } from '../moment.js';
import { decodeLateness } from '../timers/lateness.js';
import { decodeRetry } from '../timers/retry.js';
import { decodeTarget } from '../timers/target.js';
import { MISSED_ACTIONS, OVERLAPS } from './plan-words.js';
import type { MissedRuns, Recurrence, RunTarget, TargetlessPlan } from './schedule-plan.js';

/** As a caller gets it. */
export function decodePlan(plan: WirePlan): TargetlessPlan {
  const { overlap, missed, run } = plan;
  return {
    ...decodeRecurrence(plan),
    start: numberOf(plan.startMs),
    end: numberOf(plan.endMs),
    jitterMs: Number(plan.jitterMs),
    overlap:
      overlap === WireOverlap.OVERLAP_POLICY_UNSPECIFIED
        ? undefined
        : OVERLAPS.decode(overlap, 'overlap'),
    missed: missed === undefined ? undefined : decodeMissed(missed),
    retry: decodeRetry(run?.retry),
    timeoutMs: numberOf(run?.timeoutMs),
    retentionMs: numberOf(run?.retentionMs),
    lateness: decodeLateness(run?.lateness),
  };
}

function decodeRecurrence({ recurrence }: WirePlan): Recurrence {
  if (recurrence === undefined) return newerServer('a schedule has a recurrence of another kind');
  if (recurrence.$case === 'cron') {
    const { expression, timeZone } = recurrence.value;
    return { cron: expression, timeZone: timeZone === '' ? undefined : timeZone };
  }
  const { everyMs, phaseMs } = recurrence.value;
  return { everyMs: Number(everyMs), phaseMs: Number(phaseMs) };
}

function decodeMissed({ action, runsMax, perSecond, afterMs }: WireMissed): MissedRuns {
  const known =
    action === MissedRunAction.MISSED_RUN_ACTION_UNSPECIFIED
      ? 'fire-once'
      : MISSED_ACTIONS.decode(action, 'missed.action');
  const after = { afterMs: numberOf(afterMs) };
  if (known !== 'fire-all') return { action: known, ...after };
  const counts = { runsMax: countOf(runsMax), perSecond: countOf(perSecond) };
  return { action: known, ...counts, ...after };
}

function countOf(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

/** What each run does, with its content. */
export function decodeRunTarget({ target, payload }: RunTemplate): RunTarget {
  const { http, append } = decodeTarget(target);
  const content = {
    ...(payload?.$case === 'json' ? { json: payload.value } : {}),
    ...(payload?.$case === 'data' ? { bytes: payload.value } : {}),
  };
  if (http !== undefined) return { http: { ...http, ...content } };
  if (append !== undefined) return { append: { ...append, ...content } };
  return newerServer('a schedule has a target of another kind');
}
