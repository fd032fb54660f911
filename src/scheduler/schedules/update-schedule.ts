import { AppError, type Schedule, type SchedulePlan } from '../../core/index.js';
import { sameSchedulePlan } from './same-schedule-plan.js';
import { withPlan } from './schedule-values.js';

/**
 * With the plan. REVISION_CONFLICT when it is not at the revision that the caller has seen; a plan
 * that made the revision after it was stored by an earlier try of the same update.
 */
export function updated(
  schedule: Schedule,
  plan: SchedulePlan,
  expectedRevision: number | undefined,
  nowMs: number,
): Schedule {
  const { revision } = schedule;
  if (expectedRevision === undefined || expectedRevision === revision) {
    return sameSchedulePlan(schedule.plan, plan) ? schedule : withPlan(schedule, plan, nowMs);
  }
  if (revision === expectedRevision + 1 && sameSchedulePlan(schedule.plan, plan)) return schedule;
  throw new AppError('REVISION_CONFLICT', `the schedule is at revision ${revision}`, {
    revision: String(revision),
  });
}
