import type { ScheduleKey, TimedEvent } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { EntryHooks } from '../entry-hooks.js';
import type { SchedulerStorage } from '../scheduler-storage.js';
import { armTask } from '../tasks/arm-task.js';
import { findSchedule } from './schedule-documents.js';

export interface ScheduleHookParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  readonly components: Components;
}

/** More at once are left to the looks of the tasks themselves. */
const AT_ONCE_MAX = 64;
const WITHIN_MS = 10_000;

/** Lets a run go that waits for the one before it, as soon as that has finished. Best effort. */
export function scheduleHooks(parts: ScheduleHookParts): Pick<EntryHooks, 'afterFinished'> {
  let underWay = 0;
  return {
    afterFinished: ({ key, plan }: TimedEvent) => {
      const storage = parts.storage();
      if (plan.run === undefined || storage === undefined || underWay >= AT_ONCE_MAX) return;
      const { application } = key;
      underWay += 1;
      void letGo({ application, scheduleId: plan.run.scheduleId }, storage, parts.components)
        .catch((error: unknown) => {
          parts.components.logger.debug({ err: error }, 'a run that waits is to be looked for');
        })
        .finally(() => {
          underWay -= 1;
        });
    },
  };
}

async function letGo(
  key: ScheduleKey,
  { documents, timedEvents }: SchedulerStorage,
  components: Components,
): Promise<void> {
  const found = await findSchedule(documents, key);
  if (found?.schedule.buffered === undefined) return;
  const over = new AbortController();
  const ended = new AbortController();
  void components.timers.sleep(WITHIN_MS, ended.signal).then(() => over.abort());
  const subject = { task: 'schedule', application: key.application, id: key.scheduleId } as const;
  try {
    const tools = { timedEvents, components, signal: over.signal };
    await armTask(subject, components.clock.nowMs(), tools);
  } finally {
    ended.abort();
  }
}
