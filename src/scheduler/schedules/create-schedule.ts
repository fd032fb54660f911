import {
  AppError,
  untilEnd,
  type Schedule,
  type ScheduleKey,
  type SchedulePlan,
} from '../../core/index.js';
import type { OnExists } from '../scheduler.js';
import type { SchedulerTools } from '../scheduler-storage.js';
import { armTask } from '../tasks/arm-task.js';
import { armedPayload, WRITTEN_WITHIN_MS } from '../tasks/armed-payload.js';
import { changeSchedule } from './change-schedule.js';
import { NEVER_MS, withNextLook } from './next-look.js';
import { sameSchedulePlan } from './same-schedule-plan.js';
import { findSchedule, saveSchedule } from './schedule-documents.js';
import { newSchedule, replaced } from './schedule-values.js';
import type { CreatedSchedule } from './schedules.js';

export interface ScheduleWish {
  readonly key: ScheduleKey;
  readonly plan: SchedulePlan;
  readonly onExists: OnExists;
}

/** Stores a schedule, or says what stands in its way. */
export async function createSchedule(
  wish: ScheduleWish,
  tools: SchedulerTools,
): Promise<CreatedSchedule> {
  for (;;) {
    const found = await untilEnd(findSchedule(tools.documents, wish.key), tools.signal);
    const answer =
      found === undefined
        ? await createAnew(wish, tools)
        : await meetExisting(found.schedule, wish, tools);
    if (answer !== undefined) return answer;
  }
}

/** Undefined: another one was first. */
async function createAnew(
  { key, plan }: ScheduleWish,
  tools: SchedulerTools,
): Promise<CreatedSchedule | undefined> {
  const { clock } = tools.components;
  const nowMs = clock.nowMs();
  const { schedule, lookMs } = withNextLook(newSchedule(key, plan, nowMs), nowMs);
  await arm(key, lookMs, tools);
  const result = await saveSchedule(undefined, { ...schedule, armedMs: lookMs }, tools);
  if (!result.saved || result.found === undefined) return undefined;
  // held up so long, its task may have come, found no schedule, and gone
  if (clock.nowMs() - nowMs > WRITTEN_WITHIN_MS / 2) await arm(key, lookMs, tools);
  return { schedule: result.found.schedule, outcome: 'created' };
}

/** Also what waits for the task of an earlier schedule of the id gets a payload of its own. */
async function arm(key: ScheduleKey, lookMs: number, tools: SchedulerTools): Promise<void> {
  if (lookMs === NEVER_MS) return;
  const { application, scheduleId: id } = key;
  const payload = armedPayload(tools.components.clock.nowMs());
  await armTask({ task: 'schedule', application, id }, lookMs, tools, payload);
}

/** Undefined: it is gone. */
async function meetExisting(
  current: Schedule,
  { key, plan, onExists }: ScheduleWish,
  tools: SchedulerTools,
): Promise<CreatedSchedule | undefined> {
  if (onExists === 'replace') return replace(key, plan, tools);
  if (onExists === 'ok-if-same' && sameSchedulePlan(current.plan, plan)) {
    // whoever wrote it may have died before it could see to its task
    await arm(key, current.armedMs, tools);
    return { schedule: current, outcome: 'existed' };
  }
  throw new AppError('SCHEDULE_EXISTS', 'the application has a schedule of this id already');
}

async function replace(
  key: ScheduleKey,
  plan: SchedulePlan,
  tools: SchedulerTools,
): Promise<CreatedSchedule | undefined> {
  const { clock } = tools.components;
  try {
    const change = (current: Schedule): Schedule => replaced(current, plan, clock.nowMs());
    const schedule = await changeSchedule(key, 'due', change, tools);
    return { schedule, outcome: 'replaced' };
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
