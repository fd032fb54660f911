import {
  invalidField,
  requireName,
  type MissedRunPolicy,
  type OverlapPolicy,
  type Recurrence,
  type ScheduleKey,
  type ScheduleTiming,
} from '../../../core/index.js';
import {
  MissedRunAction as WireMissedAction,
  OverlapPolicy as WireOverlap,
  type MissedRunPolicy as WireMissed,
  type RunTemplate as WireRun,
  type SchedulePlan as WirePlan,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { ScheduleDraft } from '../../../scheduler/index.js';
import { decodeEnum } from '../decode-enum.js';
import type { FieldPlaces } from '../field-names.js';
import { decodeInt64, decodeMoment, decodeOptional } from '../number-fields.js';
import { decodeRun } from '../run-fields.js';

const RUNS_MAX = 100;
const PER_SECOND = 10;

const OVERLAPS: ReadonlyMap<number, OverlapPolicy> = new Map([
  [WireOverlap.OVERLAP_POLICY_UNSPECIFIED, 'skip'],
  [WireOverlap.OVERLAP_POLICY_SKIP, 'skip'],
  [WireOverlap.OVERLAP_POLICY_ALLOW, 'allow'],
  [WireOverlap.OVERLAP_POLICY_BUFFER_ONE, 'buffer-one'],
]);

const MISSED: ReadonlyMap<number, MissedRunPolicy['kind']> = new Map([
  [WireMissedAction.MISSED_RUN_ACTION_UNSPECIFIED, 'fire-once'],
  [WireMissedAction.MISSED_RUN_ACTION_FIRE_ONCE, 'fire-once'],
  [WireMissedAction.MISSED_RUN_ACTION_FIRE_ALL, 'fire-all'],
  [WireMissedAction.MISSED_RUN_ACTION_SKIP, 'skip'],
]);

const OF_PLAN = [
  ...['recurrence', 'cron', 'interval', 'start_ms', 'end_ms', 'jitter_ms'],
  ...['overlap', 'missed', 'run'],
];
const OF_RUN = [
  ...['payload', 'data', 'json', 'target', 'http', 'append'],
  ...['retry', 'timeout_ms', 'retention_ms', 'lateness'],
];

/** Where the fields of a draft stand in its request. */
export const PLAN_PLACES: FieldPlaces = new Map([
  ...OF_PLAN.map((name) => [name, `plan.${name}`] as const),
  ...OF_RUN.map((name) => [name, `plan.run.${name}`] as const),
]);

/** The key of a request. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeScheduleKey({ application, scheduleId }: ScheduleKey): ScheduleKey {
  requireName('application', application);
  requireName('schedule_id', scheduleId);
  return { application, scheduleId };
}

/** What a schedule is to be. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeDraft(
  request: ScheduleKey & { readonly plan?: WirePlan | undefined },
): ScheduleDraft {
  const key = decodeScheduleKey(request);
  const { plan } = request;
  if (plan === undefined) throw invalidField('plan', 'is required');
  return {
    key,
    timing: decodeTiming(plan),
    overlap: decodeEnum('overlap', plan.overlap, OVERLAPS, WireOverlap),
    ...(plan.missed !== undefined && decodeMissed(plan.missed)),
    run: decodeTemplate(plan.run),
  };
}

function decodeTiming(plan: WirePlan): ScheduleTiming {
  const startMs = decodeMoment('start_ms', plan.startMs);
  const endMs = decodeMoment('end_ms', plan.endMs);
  return {
    recurrence: decodeRecurrence(plan.recurrence),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    jitterMs: decodeInt64('jitter_ms', plan.jitterMs),
  };
}

function decodeRecurrence(wire: WirePlan['recurrence']): Recurrence {
  if (wire === undefined) throw invalidField('recurrence', 'is required: one of cron, interval');
  switch (wire.$case) {
    case 'cron': {
      const { expression, timeZone } = wire.value;
      return { kind: 'cron', expression, timeZone: timeZone === '' ? 'UTC' : timeZone };
    }
    case 'interval': {
      const everyMs = decodeInt64('interval.every_ms', wire.value.everyMs);
      const phaseMs = decodeInt64('interval.phase_ms', wire.value.phaseMs);
      return { kind: 'interval', everyMs, phaseMs };
    }
  }
}

function decodeMissed(wire: WireMissed): Pick<ScheduleDraft, 'missed' | 'missedAfterMs'> {
  const afterMs = decodeOptional('missed.after_ms', wire.afterMs);
  const missed = decodeMissedPolicy(wire);
  return { missed, ...(afterMs !== undefined && { missedAfterMs: afterMs }) };
}

/** Numbers that the action does not obey are refused: they were meant to be obeyed. */
function decodeMissedPolicy({ action, runsMax, perSecond }: WireMissed): MissedRunPolicy {
  const kind = decodeEnum('missed.action', action, MISSED, WireMissedAction);
  if (kind === 'fire-all') {
    const rate = perSecond === 0 ? PER_SECOND : perSecond;
    return { kind, runsMax: runsMax === 0 ? RUNS_MAX : runsMax, perSecond: rate };
  }
  const problem = 'must stand together with MISSED_RUN_ACTION_FIRE_ALL only';
  if (runsMax !== 0) throw invalidField('missed.runs_max', problem);
  if (perSecond !== 0) throw invalidField('missed.per_second', problem);
  return { kind };
}

function decodeTemplate(wire: WireRun | undefined): ScheduleDraft['run'] {
  if (wire === undefined) throw invalidField('run', 'is required');
  const { payload, target, retry, timeoutMs, retentionMs, lateness } = decodeRun(wire);
  return {
    ...{ payload, target },
    ...(retry !== undefined && { retry }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retentionMs !== undefined && { retentionMs }),
    ...(lateness !== undefined && { lateness }),
  };
}
