import {
  AttemptOutcome,
  RetryOutcome,
  StopOutcome,
  TimedEventStatus as WireStatus,
  type Attempt as WireAttempt,
  type TimedEvent as WireTimedEvent,
} from '../../gen/cassadra/v1/scheduler.js';
import { numberOf } from '../moment.js';
import { decodeLateness, type TimedEventLateness } from './lateness.js';
import { decodeRetry, type TimedEventRetry } from './retry.js';
import { decodeRun, type TimedEventRun } from './run-origin.js';
import { decodeTarget, type HttpCall, type ScheduledAppend } from './target.js';

/** `unknown`: a server says more than this client knows. */
export type TimedEventStatus =
  | 'pending'
  | 'processing'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'unknown';

/** A timed event as it is. Times in ms since the epoch. */
export interface TimedEvent {
  readonly application: string;
  readonly eventId: string;
  /** A UUID, the same for all attempts, another each time the id is scheduled anew. */
  readonly generation: string;
  readonly status: TimedEventStatus;
  readonly dueMs: number;
  /** When the next attempt is due, while one is to come. */
  readonly nextMs: number | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly finishedMs: number | undefined;
  /** One of `http` and `append` is set. */
  readonly http: HttpCall | undefined;
  readonly append: ScheduledAppend | undefined;
  /** What is sent, as text; from `get` only. */
  readonly json: string | undefined;
  /** What is sent, when it is bytes; from `get` only. */
  readonly bytes: Uint8Array | undefined;
  /** Not in lists. */
  readonly retry: TimedEventRetry | undefined;
  readonly timeoutMs: number | undefined;
  readonly retentionMs: number | undefined;
  /** How many attempts are over. */
  readonly attemptCount: number;
  /** Why it failed or was skipped. */
  readonly failureReason: string | undefined;
  /** Undefined: it fires, however late it is. Not in lists. */
  readonly lateness: TimedEventLateness | undefined;
  /** Which run of a schedule it is. Not in lists. */
  readonly run: TimedEventRun | undefined;
  /** When it was last replayed. Not in lists. */
  readonly replayedMs: number | undefined;
}

/** An attempt that is over. */
export interface TimedEventAttempt {
  /** From 1 on. */
  readonly number: number;
  readonly startedMs: number;
  readonly durationMs: number;
  /** `lost`: its server is gone, and nobody knows what came of it. */
  readonly outcome: 'answered' | 'failed' | 'lost' | 'unknown';
  readonly httpStatus: number | undefined;
  /** The beginning of the answer; empty without one. */
  readonly body: string;
  readonly error: string | undefined;
}

/**
 * What became of a wish to stop or move: no attempt begins any more (`done`), one is under way
 * (`in-flight`), or it was over before (`finished`).
 */
export type Stopped = 'done' | 'in-flight' | 'finished';

/**
 * What became of a wish to try now: it is due now (`started`), an attempt is under way
 * (`in-flight`), or it is finished and has not failed.
 */
export type Retried = 'started' | 'in-flight' | 'finished';

const STATUSES: Readonly<Record<number, TimedEventStatus>> = {
  [WireStatus.TIMED_EVENT_STATUS_PENDING]: 'pending',
  [WireStatus.TIMED_EVENT_STATUS_PROCESSING]: 'processing',
  [WireStatus.TIMED_EVENT_STATUS_COMPLETED]: 'completed',
  [WireStatus.TIMED_EVENT_STATUS_FAILED]: 'failed',
  [WireStatus.TIMED_EVENT_STATUS_CANCELLED]: 'cancelled',
  [WireStatus.TIMED_EVENT_STATUS_SKIPPED]: 'skipped',
};

/** For the wire; undefined for what it does not have. */
export function encodeStatus(status: TimedEventStatus): WireStatus | undefined {
  const found = Object.entries(STATUSES).find(([, name]) => name === status);
  return found === undefined ? undefined : Number(found[0]);
}

const ATTEMPTS: Readonly<Record<number, TimedEventAttempt['outcome']>> = {
  [AttemptOutcome.ATTEMPT_OUTCOME_ANSWERED]: 'answered',
  [AttemptOutcome.ATTEMPT_OUTCOME_FAILED]: 'failed',
  [AttemptOutcome.ATTEMPT_OUTCOME_LOST]: 'lost',
};

const STOPS: Readonly<Record<number, Stopped>> = {
  [StopOutcome.STOP_OUTCOME_DONE]: 'done',
  [StopOutcome.STOP_OUTCOME_IN_FLIGHT]: 'in-flight',
  [StopOutcome.STOP_OUTCOME_FINISHED]: 'finished',
};

const RETRIES: Readonly<Record<number, Retried>> = {
  [RetryOutcome.RETRY_OUTCOME_STARTED]: 'started',
  [RetryOutcome.RETRY_OUTCOME_IN_FLIGHT]: 'in-flight',
  [RetryOutcome.RETRY_OUTCOME_FINISHED]: 'finished',
};

/** Undefined: nobody knows. */
export function decodeRetried(outcome: RetryOutcome): Retried | undefined {
  return RETRIES[outcome];
}

/** Undefined: nobody knows. */
export function decodeStopped(outcome: StopOutcome): Stopped | undefined {
  return STOPS[outcome];
}

/** As a caller gets it. */
export function decodeTimedEvent(event: WireTimedEvent): TimedEvent {
  const { application, eventId, generation, target, payload, attemptCount } = event;
  return {
    application,
    eventId,
    generation,
    status: STATUSES[event.status] ?? 'unknown',
    dueMs: Number(event.dueMs),
    nextMs: numberOf(event.nextMs),
    createdMs: Number(event.createdMs),
    updatedMs: Number(event.updatedMs),
    finishedMs: numberOf(event.finishedMs),
    ...decodeTarget(target),
    json: payload?.$case === 'json' ? payload.value : undefined,
    bytes: payload?.$case === 'data' ? payload.value : undefined,
    retry: decodeRetry(event.retry),
    timeoutMs: numberOf(event.timeoutMs),
    retentionMs: numberOf(event.retentionMs),
    attemptCount,
    failureReason: event.failureReason === '' ? undefined : event.failureReason,
    lateness: decodeLateness(event.lateness),
    run: decodeRun(event.run),
    replayedMs: numberOf(event.replayedMs),
  };
}

/** As a caller gets it. */
export function decodeAttempt(attempt: WireAttempt): TimedEventAttempt {
  const { number, startedMs, durationMs, outcome, httpStatus, body, error } = attempt;
  return {
    number,
    startedMs: Number(startedMs),
    durationMs: Number(durationMs),
    outcome: ATTEMPTS[outcome] ?? 'unknown',
    httpStatus: httpStatus === 0 ? undefined : httpStatus,
    body,
    error: error === '' ? undefined : error,
  };
}
