import { meaningOf, retryDelayMs } from './retry-policy.js';
import type {
  Attempt,
  Claim,
  TimedEvent,
  TimedEventKey,
  TimedEventPlan,
  TimedEventState,
} from './timed-event.js';
import type { Uuid } from './uuid.js';

/** The arrows of `docs/scheduler.md`. Each function is one of them and refuses all other states. */

/** When a change is made, and the fresh ids it gives. */
export interface Moment {
  readonly nowMs: number;
  readonly change: Uuid;
}

/** What became of one call. `refused`: it must not be made, now or later. */
export type CallResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface CallTimes {
  readonly startedMs: number;
  readonly durationMs: number;
}

/** An entry whose poller dies this often in an attempt is likely the cause. */
export const LOST_ATTEMPTS_MAX = 10;

function changed(event: TimedEvent, state: TimedEventState, moment: Moment): TimedEvent {
  return { ...event, state, change: moment.change, updatedMs: moment.nowMs };
}

function failed(event: TimedEvent, reason: string, moment: Moment): TimedEvent {
  return changed(event, { status: 'FAILED', finishedMs: moment.nowMs, reason }, moment);
}

/** Nothing → PENDING. */
export function scheduled(
  key: TimedEventKey,
  plan: TimedEventPlan,
  generation: Uuid,
  moment: Moment,
): TimedEvent {
  const { nowMs, change } = moment;
  const state = { status: 'PENDING', nextMs: plan.dueMs } as const;
  return {
    key,
    generation,
    change,
    plan,
    createdMs: nowMs,
    updatedMs: nowMs,
    state,
    attempts: [],
  };
}

/**
 * Any state → PENDING of the next generation. From PROCESSING, the attempt under way may arrive,
 * but no further one of the old generation begins.
 */
export function scheduledAnew(
  before: TimedEvent,
  plan: TimedEventPlan,
  generation: Uuid,
  moment: Moment,
): TimedEvent {
  return scheduled(before.key, plan, generation, moment);
}

/** PENDING → PROCESSING, or → FAILED when it has become too old. Undefined: not PENDING. */
export function claimed(event: TimedEvent, claim: Claim, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PENDING') return undefined;
  const { dueMs, retry } = event.plan;
  if (retry.maxAgeMs !== undefined && moment.nowMs > dueMs + retry.maxAgeMs) {
    return failed(event, 'the maximum age was reached before an attempt succeeded', moment);
  }
  const { nextMs } = event.state;
  return changed(event, { status: 'PROCESSING', nextMs, claim }, moment);
}

/** PROCESSING → PENDING: the request has never left. Not an attempt. */
export function withdrawn(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PROCESSING') return undefined;
  return changed(event, { status: 'PENDING', nextMs: event.state.nextMs }, moment);
}

/** PROCESSING → COMPLETED, FAILED, or PENDING at a later time. `chance`: from 0 to below 1. */
export function attempted(
  event: TimedEvent,
  call: CallTimes & { readonly result: CallResult; readonly chance: number },
  moment: Moment,
): TimedEvent | undefined {
  if (event.state.status !== 'PROCESSING') return undefined;
  const { result, startedMs, durationMs } = call;
  const outcome: Attempt['outcome'] =
    result.kind === 'refused'
      ? { kind: 'failed', error: result.reason }
      : result.kind === 'failed'
        ? result
        : { kind: 'answered', status: result.status, body: result.body };
  const logged = withAttempt(event, { startedMs, durationMs, claim: event.state.claim, outcome });
  if (result.kind === 'refused') return failed(logged, result.reason, moment);
  if (result.kind === 'answered') {
    const meaning = meaningOf(result.status);
    if (meaning === 'success') {
      return changed(logged, { status: 'COMPLETED', finishedMs: moment.nowMs }, moment);
    }
    if (meaning === 'final') {
      return failed(logged, answerText(logged, result.status), moment);
    }
  }
  const wishMs = result.kind === 'answered' ? result.retryAfterMs : undefined;
  return retried(logged, { chance: call.chance, wishMs, afterMs: event.state.nextMs }, moment);
}

/** PROCESSING → PENDING at once: the poller of the claim is gone. FAILED when that recurs. */
export function lost(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PROCESSING') return undefined;
  const { claim } = event.state;
  const logged = withAttempt(event, {
    startedMs: claim.claimedMs,
    durationMs: Math.max(0, moment.nowMs - claim.claimedMs),
    claim,
    outcome: { kind: 'lost' },
  });
  if (lostCount(logged) >= LOST_ATTEMPTS_MAX) {
    return failed(logged, `${LOST_ATTEMPTS_MAX} attempts were lost with their poller`, moment);
  }
  const nextMs = Math.max(moment.nowMs, event.state.nextMs + 1);
  return changed(logged, { status: 'PENDING', nextMs }, moment);
}

/** PENDING → DELETED. */
export function deleted(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PENDING') return undefined;
  return changed(event, { status: 'DELETED', finishedMs: moment.nowMs }, moment);
}

/** PROCESSING → CANCELLED: the attempt under way may arrive, no further one begins. */
export function cancelled(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PROCESSING') return undefined;
  return changed(event, { status: 'CANCELLED', finishedMs: moment.nowMs }, moment);
}

/** PENDING → PENDING at another due time. */
export function rescheduled(
  event: TimedEvent,
  dueMs: number,
  moment: Moment,
): TimedEvent | undefined {
  if (event.state.status !== 'PENDING') return undefined;
  const plan = { ...event.plan, dueMs };
  return changed({ ...event, plan }, { status: 'PENDING', nextMs: dueMs }, moment);
}

/** The number that the attempt under way, or else the next one, has. */
export function attemptNumber(event: TimedEvent): number {
  return event.attempts.length + 1;
}

function withAttempt(event: TimedEvent, attempt: Omit<Attempt, 'number'>): TimedEvent {
  const number = attemptNumber(event);
  return { ...event, attempts: [...event.attempts, { number, ...attempt }] };
}

function answerText({ plan }: TimedEvent, status: number): string {
  const answerer = plan.target.kind === 'append' ? 'the event store' : 'the receiver';
  return `${answerer} answered ${status}`;
}

/** What the log says of the last attempt, in words. */
function lastProblem(event: TimedEvent): string {
  const outcome = event.attempts.at(-1)?.outcome;
  if (outcome?.kind === 'failed') return `the last one: ${outcome.error}`;
  if (outcome?.kind === 'answered') return `the last one: ${answerText(event, outcome.status)}`;
  return 'the last one was lost with its poller';
}

function lostCount({ attempts }: TimedEvent): number {
  return attempts.filter(({ outcome }) => outcome.kind === 'lost').length;
}

function retried(
  event: TimedEvent,
  draw: {
    readonly chance: number;
    readonly wishMs: number | undefined;
    /** When this attempt was due: the next one is due later, whatever the clock was set to. */
    readonly afterMs: number;
  },
  moment: Moment,
): TimedEvent {
  const { retry, dueMs } = event.plan;
  const failures = event.attempts.length - lostCount(event);
  if (failures >= retry.attemptsMax) {
    return failed(event, `${failures} attempts failed; ${lastProblem(event)}`, moment);
  }
  const delayMs = retryDelayMs(retry, failures, draw.chance, draw.wishMs);
  const nextMs = Math.max(moment.nowMs + delayMs, draw.afterMs + 1);
  if (retry.maxAgeMs !== undefined && nextMs > dueMs + retry.maxAgeMs) {
    return failed(event, 'the maximum age would be reached before the next attempt', moment);
  }
  return changed(event, { status: 'PENDING', nextMs }, moment);
}
