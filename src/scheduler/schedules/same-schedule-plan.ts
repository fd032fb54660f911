import type { MissedRunPolicy, Recurrence, RunTemplate, SchedulePlan } from '../../core/index.js';
import { samePlan } from '../same-plan.js';

/** Whether two plans ask for the very same, the bytes of the payload included. */
export function sameSchedulePlan(left: SchedulePlan, right: SchedulePlan): boolean {
  return (
    sameTimes(left, right) &&
    left.timing.endMs === right.timing.endMs &&
    left.timing.jitterMs === right.timing.jitterMs &&
    left.overlap === right.overlap &&
    sameMissed(left.missed, right.missed) &&
    left.missedAfterMs === right.missedAfterMs &&
    sameRun(left.run, right.run)
  );
}

/** Whether the nominal times are the same ones, up to their end. */
export function sameTimes(
  { timing: left }: SchedulePlan,
  { timing: right }: SchedulePlan,
): boolean {
  return left.startMs === right.startMs && sameRecurrence(left.recurrence, right.recurrence);
}

function sameRecurrence(left: Recurrence, right: Recurrence): boolean {
  switch (left.kind) {
    case 'cron':
      return (
        right.kind === 'cron' &&
        left.expression === right.expression &&
        left.timeZone === right.timeZone
      );
    case 'interval':
      return (
        right.kind === 'interval' &&
        left.everyMs === right.everyMs &&
        left.phaseMs === right.phaseMs
      );
  }
}

function sameMissed(left: MissedRunPolicy, right: MissedRunPolicy): boolean {
  if (left.kind !== 'fire-all' || right.kind !== 'fire-all') return left.kind === right.kind;
  return left.runsMax === right.runsMax && left.perSecond === right.perSecond;
}

function sameRun(left: RunTemplate, right: RunTemplate): boolean {
  return samePlan({ ...left, dueMs: 0 }, { ...right, dueMs: 0 });
}
