import { newestOf, settled, type Schedule } from '../../core/index.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { decideBackfill } from './decide-backfill.js';
import { decideDue } from './decide-runs.js';
import { makeRuns } from './make-runs.js';
import { listSkipped } from './skipped-runs.js';

/**
 * The next step of what is to be done for a schedule: makes what was decided, else decides on what
 * is due. Answers what is to be saved before the next step, or the very schedule when nothing is to
 * be done now. It may be repeated, and done by two at once: who saves first has decided.
 */
export async function nextStep(schedule: Schedule, tools: SchedulerTools): Promise<Schedule> {
  const step = await dueStep(schedule, tools);
  return step === schedule ? decideBackfill(schedule, tools.components.clock.nowMs()) : step;
}

/** As `nextStep`, but no further part of a backfill is decided: a change need not wait for its end. */
export async function dueStep(schedule: Schedule, tools: SchedulerTools): Promise<Schedule> {
  const made = await makeDecided(schedule, tools);
  if (made !== schedule) return made;
  const nowMs = tools.components.clock.nowMs();
  return decideDue(schedule, nowMs, await isRunning(schedule, nowMs, tools));
}

/** Makes what was decided, and lists what was skipped. The very schedule when there is nothing. */
export async function makeDecided(schedule: Schedule, tools: SchedulerTools): Promise<Schedule> {
  if (schedule.decided.length + schedule.skipped.length === 0) return schedule;
  await listSkipped(schedule, tools);
  const existing = await makeRuns(schedule, tools);
  return settled(schedule, existing, tools.components.clock.nowMs());
}

/** Whether the run before has not finished, where that matters. A backfill is in nobody's way. */
async function isRunning(
  { key, plan, next, buffered, recent }: Schedule,
  nowMs: number,
  { timedEvents }: SchedulerTools,
): Promise<boolean> {
  const isDue = buffered !== undefined || (next !== undefined && next.dueMs <= nowMs);
  if (!isDue || plan.overlap === 'allow') return false;
  for (const cause of ['schedule', 'trigger'] as const) {
    const run = newestOf(recent, cause);
    if (run === undefined) continue;
    const { eventId } = run;
    const event = await timedEvents.find({ application: key.application, eventId });
    const status = event?.state.status;
    if (status === 'PENDING' || status === 'PROCESSING') return true;
  }
  return false;
}
