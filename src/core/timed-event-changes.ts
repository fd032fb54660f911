import { meaningOf, retryDelayMs } from './retry-policy.js';
import type {
  Attempt,
  Claim,
  LatenessPolicy,
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
  | { readonly kind: 'refused'; readonly reason: string }
  /** Of a task: it is done, and is to be called again at `atMs`. */
  | { readonly kind: 'again'; readonly atMs: number };

export interface CallTimes {
  readonly startedMs: number;
  readonly durationMs: number;
}

/** An entry whose poller dies this often in an attempt is likely the cause. */
export const LOST_ATTEMPTS_MAX = 10;

function changed(event: TimedEvent, state: TimedEventState, moment: Moment): TimedEvent {
  return { ...event, state, change: moment.change, updatedMs: updatedMsAfter(event, moment) };
}

/** Rises with every change, however far the clocks of servers are apart: lists go by it. */
function updatedMsAfter(before: TimedEvent, { nowMs }: Moment): number {
  return Math.max(nowMs, before.updatedMs + 1);
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
    plan: withoutReplay(plan),
    createdMs: nowMs,
    updatedMs: nowMs,
    state,
    attempts: [],
  };
}

/** A replay belongs to its generation: its count of earlier attempts says nothing of the next. */
function withoutReplay(plan: TimedEventPlan): TimedEventPlan {
  const { replay, ...anew } = plan;
  return replay === undefined ? plan : anew;
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
  const anew = scheduled(before.key, plan, generation, moment);
  return { ...anew, updatedMs: updatedMsAfter(before, moment) };
}

/**
 * PENDING → PROCESSING, or → SKIPPED or FAILED when it is too late for a first attempt, or → FAILED
 * when it has become too old. Undefined: not PENDING.
 */
export function claimed(event: TimedEvent, claim: Claim, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PENDING') return undefined;
  const { retry, lateness, replay } = event.plan;
  const lateMs = moment.nowMs - ageBeganMs(event.plan);
  const isFirst = event.attempts.length === (replay?.earlierAttempts ?? 0);
  if (isFirst && lateness !== undefined && lateMs > lateness.maxMs) {
    return tooLate(event, lateness, moment);
  }
  if (retry.maxAgeMs !== undefined && lateMs > retry.maxAgeMs) {
    return failed(event, 'the maximum age was reached before an attempt succeeded', moment);
  }
  const { nextMs } = event.state;
  return changed(event, { status: 'PROCESSING', nextMs, claim }, moment);
}

/** Age and lateness count from the due time, or from a replay after it. */
function ageBeganMs({ dueMs, replay }: TimedEventPlan): number {
  return Math.max(dueMs, replay?.atMs ?? dueMs);
}

function tooLate(event: TimedEvent, lateness: LatenessPolicy, moment: Moment): TimedEvent {
  const reason = `it was due more than ${lateness.maxMs} ms before its first attempt could begin`;
  switch (lateness.action) {
    case 'skip':
      return changed(event, { status: 'SKIPPED', finishedMs: moment.nowMs, reason }, moment);
    case 'dead-letter':
      return failed(event, reason, moment);
  }
}

/** PENDING → FAILED without an attempt: its destination is disabled. */
export function refused(event: TimedEvent, reason: string, moment: Moment): TimedEvent | undefined {
  return event.state.status === 'PENDING' ? failed(event, reason, moment) : undefined;
}

/**
 * FAILED → PENDING, due now (or when it was to be due: it may have been refused shortly before),
 * with all attempts of its retry policy before it.
 */
export function replayed(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'FAILED') return undefined;
  const { dueMs, replay: before } = event.plan;
  // rises, however far the clocks of servers are apart: failures are told apart by it
  const atMs = Math.max(moment.nowMs, (before?.atMs ?? 0) + 1);
  // the log goes on: attempts keep their numbers
  const replay = { atMs, earlierAttempts: event.attempts.length };
  const plan = { ...event.plan, replay };
  const nextMs = Math.max(moment.nowMs, dueMs);
  return changed({ ...event, plan }, { status: 'PENDING', nextMs }, moment);
}

/** PENDING → PENDING, due now: the next attempt, or the first, does not wait any longer. */
export function hurried(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'PENDING') return undefined;
  const { nowMs } = moment;
  const plan = { ...event.plan, dueMs: Math.min(event.plan.dueMs, nowMs) };
  return changed({ ...event, plan }, { status: 'PENDING', nextMs: nowMs }, moment);
}

/** FAILED → DELETED. */
export function purged(event: TimedEvent, moment: Moment): TimedEvent | undefined {
  if (event.state.status !== 'FAILED') return undefined;
  return changed(event, { status: 'DELETED', finishedMs: moment.nowMs }, moment);
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
  if (result.kind === 'again') {
    // a generation of its own: the log of a task does not grow
    const plan = { ...event.plan, dueMs: Math.max(result.atMs, event.state.nextMs + 1) };
    return scheduledAnew(event, plan, moment.change, moment);
  }
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
  // a task is our own work: it must go on, whoever dies of it
  if (event.plan.target.kind !== 'task' && lostCount(logged) >= LOST_ATTEMPTS_MAX) {
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

/** Attempts since the last replay. */
function countedAttempts({ attempts, plan }: TimedEvent): readonly Attempt[] {
  return attempts.slice(plan.replay?.earlierAttempts ?? 0);
}

function lostCount(event: TimedEvent): number {
  return countedAttempts(event).filter(({ outcome }) => outcome.kind === 'lost').length;
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
  const { retry } = event.plan;
  const failures = countedAttempts(event).length - lostCount(event);
  if (failures >= retry.attemptsMax) {
    return failed(event, `${failures} attempts failed; ${lastProblem(event)}`, moment);
  }
  const delayMs = retryDelayMs(retry, failures, draw.chance, draw.wishMs);
  const nextMs = Math.max(moment.nowMs + delayMs, draw.afterMs + 1);
  if (retry.maxAgeMs !== undefined && nextMs > ageBeganMs(event.plan) + retry.maxAgeMs) {
    return failed(event, 'the maximum age would be reached before the next attempt', moment);
  }
  return changed(event, { status: 'PENDING', nextMs }, moment);
}
