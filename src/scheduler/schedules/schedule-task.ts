import type { ScheduleKey } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { SchedulerStorage, SchedulerTools } from '../scheduler-storage.js';
import { isAwaited } from '../tasks/armed-payload.js';
import type { TaskHandler, TaskResult } from '../tasks/task-dispatcher.js';
import { NEVER_MS, withNextLook } from './next-look.js';
import { findSchedule, saveSchedule, type FoundSchedule } from './schedule-documents.js';
import { nextStep } from './schedule-step.js';

export interface ScheduleTaskParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  readonly components: Components;
}

/** Others get their turn in between. */
const TURN_MS = 2_000;
const LOOK_AGAIN_MS = 1_000;
const DONE: TaskResult = { kind: 'done' };

/**
 * Makes the runs of a schedule. What it decides stands in the document before a run is made, and
 * that the run is made stands there after: whoever dies in between, the next turn goes on.
 */
export function scheduleTask({ storage, components }: ScheduleTaskParts): TaskHandler {
  return async ({ application, id }, { payload, signal }) => {
    const opened = storage();
    const nowMs = components.clock.nowMs();
    const again: TaskResult = { kind: 'again', atMs: nowMs + LOOK_AGAIN_MS };
    if (opened === undefined) return again;
    const key: ScheduleKey = { application, scheduleId: id };
    const found = await findSchedule(opened.documents, key);
    if (found !== undefined) return runTurn(found, { ...opened, components, signal });
    return isAwaited(payload, nowMs) ? again : DONE;
  };
}

async function runTurn(found: FoundSchedule, tools: SchedulerTools): Promise<TaskResult> {
  const { clock } = tools.components;
  const untilMs = clock.monotonicMs() + TURN_MS;
  let current: FoundSchedule | undefined = found;
  while (current !== undefined) {
    const { schedule }: FoundSchedule = current;
    const isOver = clock.monotonicMs() >= untilMs;
    const step = isOver ? schedule : await nextStep(schedule, tools);
    const { schedule: next, lookMs } = withNextLook(step, clock.nowMs());
    // also when nothing was done: it makes a change that is under way arm the task again
    const result = await saveSchedule(current, { ...next, armedMs: lookMs }, tools);
    if (result.saved && (step === schedule || lookMs > clock.nowMs())) {
      return lookMs === NEVER_MS ? DONE : { kind: 'again', atMs: lookMs };
    }
    current = result.found;
  }
  return DONE;
}
