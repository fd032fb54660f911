import {
  AppError,
  DEFAULT_RETRY,
  requireUrl,
  scheduled,
  scheduledAnew,
  validateTimedEvent,
  type Moment,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventLimits,
  type TimedEventPlan,
  type UserTarget,
  type Uuid,
} from '../core/index.js';
import type { TimedEvents } from '../storage/index.js';
import { changeUntilEnd } from './change-until-end.js';
import { definite } from './definite-outcome.js';
import { samePlan } from './same-plan.js';
import type { OnExists, ScheduleAnswer, ScheduleCommand } from './scheduler.js';

export interface PlanRules {
  readonly retentionMs: number;
  readonly timeoutMs: number;
  readonly limits: TimedEventLimits;
  readonly nowMs: number;
}

export type UserPlan = TimedEventPlan & { readonly target: UserTarget };

/** The plan of a command, with the defaults filled in. Throws when it may not be stored. */
export function planOf(command: ScheduleCommand, rules: PlanRules): UserPlan {
  const { key, dueMs, payload, target, lateness, trace } = command;
  const plan: UserPlan = {
    dueMs,
    payload,
    target: normalTarget(target),
    retry: { ...DEFAULT_RETRY, ...command.retry },
    timeoutMs: command.timeoutMs ?? rules.timeoutMs,
    retentionMs: command.retentionMs ?? rules.retentionMs,
    ...(lateness !== undefined && { lateness }),
    ...(trace !== undefined && { trace }),
  };
  validateTimedEvent(key, plan, rules.nowMs, rules.limits);
  return plan;
}

function normalTarget(target: UserTarget): UserTarget {
  switch (target.kind) {
    case 'http':
      return { ...target, url: requireUrl('http.url', target.url) };
    case 'append':
      return target;
  }
}

export interface ScheduleTools {
  readonly timedEvents: TimedEvents;
  readonly signal: AbortSignal;
  readonly moment: () => Moment;
}

export interface ScheduleWish {
  readonly key: TimedEventKey;
  readonly plan: TimedEventPlan;
  readonly onExists: OnExists;
  /** The same in all tries: by it a doubtful one is known again. */
  readonly generation: Uuid;
}

/** Stores the event, or says what stands in its way. Begins as if the key were free. */
export async function scheduleEntry(
  { timedEvents, signal, moment }: ScheduleTools,
  wish: ScheduleWish,
): Promise<ScheduleAnswer> {
  let from: TimedEvent | undefined;
  for (;;) {
    const { outcome, to } = nextGeneration(from, wish, moment());
    const result = definite(await changeUntilEnd(timedEvents, { from, to }, signal));
    if (result.kind === 'changed') return { event: to, outcome };
    const { current } = result;
    if (current?.generation === wish.generation) return { event: current, outcome };
    if (current !== undefined && existsFor(wish, current)) {
      return { event: current, outcome: 'existed' };
    }
    from = current;
  }
}

function nextGeneration(
  from: TimedEvent | undefined,
  { key, plan, generation }: ScheduleWish,
  moment: Moment,
): { readonly outcome: 'scheduled' | 'replaced'; readonly to: TimedEvent } {
  if (from === undefined) {
    return { outcome: 'scheduled', to: scheduled(key, plan, generation, moment) };
  }
  const outcome = from.state.status === 'DELETED' ? 'scheduled' : 'replaced';
  return { outcome, to: scheduledAnew(from, plan, generation, moment) };
}

/** Whether the wish is fulfilled by what is there. False: it is in nobody's way. Else throws. */
function existsFor({ plan, onExists }: ScheduleWish, current: TimedEvent): boolean {
  if (current.state.status === 'DELETED' || onExists === 'replace') return false;
  if (onExists === 'ok-if-same' && samePlan(current.plan, plan)) return true;
  throw new AppError(
    'TIMED_EVENT_EXISTS',
    'the application has a timed event of this event id already',
  );
}
