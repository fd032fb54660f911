import type {
  MissedRunPolicy,
  OverlapPolicy,
  Recurrence,
  RunTemplate,
  SchedulePlan,
} from '../../../core/index.js';
import {
  MissedRunAction as WireMissedAction,
  OverlapPolicy as WireOverlap,
  type MissedRunPolicy as WireMissed,
  type RunTemplate as WireRun,
  type SchedulePlan as WirePlan,
} from '../../../gen/cassadra/v1/scheduler.js';
import { encodeOptional } from '../number-fields.js';
import { encodeLimits, encodePayload } from '../run-encode.js';
import { encodeTarget } from '../scheduler-target.js';

/** Lists, and answers to changes, show no payloads. */
export type PlanView = 'whole' | 'without-payload';

const OVERLAPS: Readonly<Record<OverlapPolicy, WireOverlap>> = {
  skip: WireOverlap.OVERLAP_POLICY_SKIP,
  allow: WireOverlap.OVERLAP_POLICY_ALLOW,
  'buffer-one': WireOverlap.OVERLAP_POLICY_BUFFER_ONE,
};

const MISSED: Readonly<Record<MissedRunPolicy['kind'], WireMissedAction>> = {
  'fire-once': WireMissedAction.MISSED_RUN_ACTION_FIRE_ONCE,
  'fire-all': WireMissedAction.MISSED_RUN_ACTION_FIRE_ALL,
  skip: WireMissedAction.MISSED_RUN_ACTION_SKIP,
};

export function encodePlan(plan: SchedulePlan, view: PlanView): WirePlan {
  const { startMs, endMs, jitterMs, recurrence } = plan.timing;
  return {
    recurrence: encodeRecurrence(recurrence),
    startMs: encodeOptional(startMs),
    endMs: encodeOptional(endMs),
    jitterMs: BigInt(jitterMs),
    overlap: OVERLAPS[plan.overlap],
    missed: encodeMissed(plan.missed, plan.missedAfterMs),
    run: encodeTemplate(plan.run, view),
  };
}

function encodeRecurrence(recurrence: Recurrence): NonNullable<WirePlan['recurrence']> {
  switch (recurrence.kind) {
    case 'cron': {
      const { expression, timeZone } = recurrence;
      return { $case: 'cron', value: { expression, timeZone } };
    }
    case 'interval': {
      const { everyMs, phaseMs } = recurrence;
      return { $case: 'interval', value: { everyMs: BigInt(everyMs), phaseMs: BigInt(phaseMs) } };
    }
  }
}

function encodeMissed(missed: MissedRunPolicy, afterMs: number): WireMissed {
  const bounds = missed.kind === 'fire-all' ? missed : { runsMax: 0, perSecond: 0 };
  return {
    action: MISSED[missed.kind],
    runsMax: bounds.runsMax,
    perSecond: bounds.perSecond,
    afterMs: BigInt(afterMs),
  };
}

function encodeTemplate(run: RunTemplate, view: PlanView): WireRun {
  const { payload, target } = run;
  return {
    payload: view === 'whole' ? encodePayload(payload, target) : undefined,
    target: encodeTarget(target),
    ...encodeLimits(run),
  };
}
