import {
  DEFAULT_RETRY,
  rescheduled,
  requireUuid,
  scheduled,
  scheduledAnew,
  taskKey,
  untilEnd,
  type Moment,
  type TaskSubject,
  type TimedEvent,
} from '../../core/index.js';
import { changeUntilEnd } from '../change-until-end.js';
import { definite } from '../definite-outcome.js';
import { sameBytes } from '../same-plan.js';
import type { SchedulerTools } from '../scheduler-storage.js';

/** For one call of a handler; what is not done by then goes on in the next one. */
const TASK_TIMEOUT_MS = 60_000;
/** Of a task that is done. */
const TASK_RETENTION_MS = 3_600_000;

export type TaskTools = Omit<SchedulerTools, 'documents'>;

/**
 * After it, the task is called at `dueMs` or sooner, and with `payload` if one is given; else with
 * what it has. Repeating it is fine. Throws AppError.
 */
export async function armTask(
  subject: TaskSubject,
  dueMs: number,
  { timedEvents, components, signal }: TaskTools,
  payload?: Uint8Array,
): Promise<void> {
  const { clock, ids } = components;
  const key = taskKey(subject);
  const target = { kind: 'task', task: subject.task } as const;
  const times = { timeoutMs: TASK_TIMEOUT_MS, retentionMs: TASK_RETENTION_MS };
  const plan = { dueMs, payload: new Uint8Array(), target, retry: DEFAULT_RETRY, ...times };
  const generation = requireUuid(ids.newId());
  let from = await untilEnd(timedEvents.find(key), signal);
  while (!isArmed(from, dueMs, payload)) {
    const moment: Moment = { nowMs: clock.nowMs(), change: requireUuid(ids.newId()) };
    const carried = payload ?? from?.plan.payload ?? plan.payload;
    const anew = { key, plan: { ...plan, payload: carried }, generation };
    const to = next(from, anew, moment);
    const result = definite(await changeUntilEnd(timedEvents, { from, to }, signal));
    if (result.kind === 'changed') return;
    from = result.current;
  }
}

function isArmed(
  event: TimedEvent | undefined,
  dueMs: number,
  payload: Uint8Array | undefined,
): boolean {
  if (event?.state.status !== 'PENDING' || event.state.nextMs > dueMs) return false;
  return payload === undefined || sameBytes(event.plan.payload, payload);
}

/** One that is under way may have looked already: it is called once more. */
function next(
  from: TimedEvent | undefined,
  { key, plan, generation }: Pick<TimedEvent, 'key' | 'plan' | 'generation'>,
  moment: Moment,
): TimedEvent {
  if (from === undefined) return scheduled(key, plan, generation, moment);
  // what waits is never moved to a later time
  const waitsMs = from.state.status === 'PENDING' ? from.state.nextMs : plan.dueMs;
  const moved = rescheduled(from, Math.min(plan.dueMs, waitsMs), moment);
  if (moved === undefined) return scheduledAnew(from, plan, generation, moment);
  return { ...moved, plan: { ...moved.plan, payload: plan.payload } };
}
