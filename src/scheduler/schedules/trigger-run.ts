import {
  AppError,
  untilEnd,
  withRun,
  type DecidedRun,
  type Schedule,
  type ScheduleKey,
} from '../../core/index.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { changeSchedule } from './change-schedule.js';
import { requireTriggerId, triggeredEventId, triggeredRun } from './run-ids.js';

/** Decided runs stand in one document until they are made. */
const DECIDED_MAX = 1_000;

/** Makes a run now, unless there is one of that trigger. */
export async function triggerRun(
  key: ScheduleKey,
  triggerId: string,
  tools: SchedulerTools,
): Promise<DecidedRun> {
  requireTriggerId(triggerId);
  const eventId = triggeredEventId(key.scheduleId, triggerId);
  const earlier = (): Promise<DecidedRun | undefined> =>
    untilEnd(madeRun(key, eventId, tools), tools.signal);
  const change = async (schedule: Schedule): Promise<Schedule> => {
    if (notedRun(schedule, eventId) ?? (await earlier())) return schedule;
    if (schedule.decided.length >= DECIDED_MAX) {
      throw new AppError('QUEUE_FULL', 'too many runs of this schedule wait to be made');
    }
    const nowMs = tools.components.clock.nowMs();
    return withRun(schedule, triggeredRun(schedule, triggerId, nowMs));
  };
  for (;;) {
    const schedule = await changeSchedule(key, 'nothing', change, tools);
    const run = notedRun(schedule, eventId) ?? (await earlier());
    if (run !== undefined) return run;
  }
}

function notedRun({ decided, recent }: Schedule, eventId: string): DecidedRun | undefined {
  return [...decided, ...recent].find((known) => known.eventId === eventId);
}

/** The run of an earlier trigger, as long as its entry is kept. */
async function madeRun(
  { application, scheduleId }: ScheduleKey,
  eventId: string,
  { timedEvents }: SchedulerTools,
): Promise<DecidedRun | undefined> {
  const event = await timedEvents.find({ application, eventId });
  const run = event?.plan.run;
  if (event === undefined || run?.scheduleId !== scheduleId || run.cause !== 'trigger') {
    return undefined;
  }
  return { eventId, nominalMs: run.nominalMs, dueMs: event.plan.dueMs, cause: 'trigger' };
}
