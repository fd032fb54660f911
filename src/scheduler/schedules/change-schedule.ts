import { AppError, untilEnd, type Schedule, type ScheduleKey } from '../../core/index.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { armTask } from '../tasks/arm-task.js';
import { withNextLook } from './next-look.js';
import {
  findSchedule,
  removeSchedule,
  saveSchedule,
  type FoundSchedule,
  type SaveResult,
} from './schedule-documents.js';
import { dueStep, makeDecided } from './schedule-step.js';

/**
 * What is done first, so that the change finds it done: all that is due (it is decided by what the
 * schedule was until now), what was decided (it is made as it was then), or nothing.
 */
export type Before = 'due' | 'decided' | 'nothing';

/** A change of a schedule: the very schedule when there is nothing to change. May throw. */
export type ScheduleChange = (schedule: Schedule) => Schedule | Promise<Schedule>;

/** Changes a schedule; begins again while others come between. NOT_FOUND. */
export async function changeSchedule(
  key: ScheduleKey,
  before: Before,
  change: ScheduleChange,
  tools: SchedulerTools,
): Promise<Schedule> {
  let found = await requireFound(key, tools);
  for (;;) {
    const { schedule } = found;
    const step = await stepBefore(schedule, before, tools);
    const next = step === schedule ? await change(schedule) : step;
    if (next === schedule) return schedule;
    const result = await saveArmed(found, next, tools);
    if (result.found === undefined) throw noSchedule();
    if (result.saved && step === schedule) return result.found.schedule;
    found = result.found;
  }
}

/** NOT_FOUND; not when this call may be the one that has removed it. */
export async function removeWhole(key: ScheduleKey, tools: SchedulerTools): Promise<void> {
  let found: FoundSchedule | undefined = await requireFound(key, tools);
  while (found !== undefined) {
    const made = await makeDecided(found.schedule, tools);
    const result: SaveResult =
      made === found.schedule
        ? await removeSchedule(found, tools)
        : await saveArmed(found, made, tools);
    found = result.found;
  }
}

async function requireFound(key: ScheduleKey, tools: SchedulerTools): Promise<FoundSchedule> {
  const found = await untilEnd(findSchedule(tools.documents, key), tools.signal);
  if (found === undefined) throw noSchedule();
  return found;
}

function stepBefore(
  schedule: Schedule,
  before: Before,
  tools: SchedulerTools,
): Schedule | Promise<Schedule> {
  switch (before) {
    case 'due':
      return untilEnd(dueStep(schedule, tools), tools.signal);
    case 'decided':
      return untilEnd(makeDecided(schedule, tools), tools.signal);
    case 'nothing':
      return schedule;
  }
}

/** Saves it when its task is sure to come in time: armed before the document says so. */
async function saveArmed(
  from: FoundSchedule,
  schedule: Schedule,
  tools: SchedulerTools,
): Promise<SaveResult> {
  const { application, scheduleId: id } = schedule.key;
  const { armedMs } = from.schedule;
  const { schedule: next, lookMs } = withNextLook(schedule, tools.components.clock.nowMs());
  if (lookMs < armedMs) await armTask({ task: 'schedule', application, id }, lookMs, tools);
  return saveSchedule(from, { ...next, armedMs: Math.min(lookMs, armedMs) }, tools);
}

/** NOT_FOUND. */
export function noSchedule(): AppError {
  return new AppError('NOT_FOUND', 'the application has no schedule of this id');
}
