import type {
  MissedRunPolicy as WireMissed,
  SchedulePlan as WirePlan,
} from '../../gen/cassadra/v1/scheduler.js';
import { encodeCount } from '../counts.js';
import { invalidField } from '../errors.js';
import { encodeMoment, optionalMs, wholeMs, type Moment } from '../moment.js';
import { requireFilled } from '../require-text.js';
import type { ClientTime } from '../time.js';
import { encodeLateness } from '../timers/lateness.js';
import { encodeRetry } from '../timers/retry.js';
import { encodeTarget } from '../timers/target-request.js';
import { MISSED_ACTIONS, OVERLAPS } from './plan-words.js';
import type { MissedRuns, Recurrence, SchedulePlan } from './schedule-plan.js';

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodePlan(plan: SchedulePlan, time: Pick<ClientTime, 'nowMs'>): WirePlan {
  const { start, end, jitterMs = 0, overlap = 'skip', timeoutMs, retentionMs } = plan;
  const momentOf = (moment: Moment | undefined, field: string): bigint | undefined =>
    moment === undefined ? undefined : encodeMoment(moment, field, time);
  return {
    recurrence: encodeRecurrence(plan),
    startMs: momentOf(start, 'start'),
    endMs: momentOf(end, 'end'),
    jitterMs: wholeMs(jitterMs, 'jitterMs'),
    overlap: OVERLAPS.encode(overlap, 'overlap'),
    missed: plan.missed === undefined ? undefined : encodeMissed(plan.missed),
    run: {
      ...encodeTarget(plan),
      retry: encodeRetry(plan.retry),
      timeoutMs: optionalMs(timeoutMs, 'timeoutMs'),
      retentionMs: optionalMs(retentionMs, 'retentionMs'),
      lateness: encodeLateness(plan.lateness),
    },
  };
}

function encodeRecurrence({
  cron,
  timeZone,
  everyMs,
  phaseMs,
}: Recurrence): NonNullable<WirePlan['recurrence']> {
  const byCron = cron !== undefined && everyMs === undefined && phaseMs === undefined;
  if (byCron) {
    requireFilled(cron, 'cron');
    requireFilled(timeZone, 'timeZone');
    return { $case: 'cron', value: { expression: cron, timeZone: timeZone ?? '' } };
  }
  if (everyMs === undefined || cron !== undefined || timeZone !== undefined) {
    throw invalidField('recurrence', 'is not one of cron (with timeZone) and everyMs');
  }
  const value = { everyMs: wholeMs(everyMs, 'everyMs'), phaseMs: wholeMs(phaseMs ?? 0, 'phaseMs') };
  return { $case: 'interval', value };
}

function encodeMissed({ action, runsMax, perSecond, afterMs }: MissedRuns): WireMissed {
  if (action !== 'fire-all' && (runsMax !== undefined || perSecond !== undefined)) {
    throw invalidField('missed', 'has runsMax or perSecond, which go with fire-all');
  }
  return {
    action: MISSED_ACTIONS.encode(action, 'missed.action'),
    runsMax: encodeCount(runsMax, 'missed.runsMax'),
    perSecond: encodeCount(perSecond, 'missed.perSecond'),
    afterMs: optionalMs(afterMs, 'missed.afterMs'),
  };
}
