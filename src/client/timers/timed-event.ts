import {
  AttemptOutcome,
  HttpMethod,
  StopOutcome,
  TimedEventStatus as WireStatus,
  type AppendTarget as WireAppend,
  type Attempt as WireAttempt,
  type HttpTarget as WireHttp,
  type RetryPolicy,
  type TimedEvent as WireTimedEvent,
} from '../../gen/cassadra/v1/scheduler.js';
import { ExpectedState } from '../../gen/cassadra/v1/expected_state.js';
import type { Expected } from '../append.js';

/** How an HTTP call is made. */
export type HttpCallMethod = 'POST' | 'GET' | 'PUT' | 'DELETE' | 'PATCH';

/** A call over HTTP, as it is kept. */
export interface HttpCall {
  readonly url: string;
  readonly method: HttpCallMethod;
  /** In the order in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An append, as it is kept. */
export interface ScheduledAppend {
  readonly stream: string;
  /** A name, or a code. */
  readonly type: string | number;
  /** Empty: as the content is. */
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expected: Expected;
}

/** When a failed attempt is followed by another; times in ms. */
export interface TimedEventRetry {
  /** Attempts in all, the first included: 1 to 100 (5). */
  readonly attempts?: number;
  /** Wait after the first failure: from 10 (500). */
  readonly firstDelayMs?: number;
  /** The longest wait (3,600,000). */
  readonly maxDelayMs?: number;
  /** How often the wait doubles: 0 to 30 (16). */
  readonly doublings?: number;
  /** The part of each wait that is left to chance: 0 to 1 (0). */
  readonly jitter?: number;
  /** No attempt begins when the due time is longer ago (no limit). */
  readonly maxAgeMs?: number;
}

/** `unknown`: a server says more than this client knows. */
export type TimedEventStatus =
  | 'pending'
  | 'processing'
  | 'completed'
  | 'failed'
  | 'cancelled'
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
  readonly failureReason: string | undefined;
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

const STATUSES: Readonly<Record<number, TimedEventStatus>> = {
  [WireStatus.TIMED_EVENT_STATUS_PENDING]: 'pending',
  [WireStatus.TIMED_EVENT_STATUS_PROCESSING]: 'processing',
  [WireStatus.TIMED_EVENT_STATUS_COMPLETED]: 'completed',
  [WireStatus.TIMED_EVENT_STATUS_FAILED]: 'failed',
  [WireStatus.TIMED_EVENT_STATUS_CANCELLED]: 'cancelled',
};

/** For the wire; undefined for what it does not have. */
export function encodeStatus(status: TimedEventStatus): WireStatus | undefined {
  const found = Object.entries(STATUSES).find(([, name]) => name === status);
  return found === undefined ? undefined : Number(found[0]);
}

const METHODS: Readonly<Record<number, HttpCallMethod>> = {
  [HttpMethod.HTTP_METHOD_GET]: 'GET',
  [HttpMethod.HTTP_METHOD_PUT]: 'PUT',
  [HttpMethod.HTTP_METHOD_DELETE]: 'DELETE',
  [HttpMethod.HTTP_METHOD_PATCH]: 'PATCH',
};

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
    http: target?.$case === 'http' ? decodeHttp(target.value) : undefined,
    append: target?.$case === 'append' ? decodeAppend(target.value) : undefined,
    json: payload?.$case === 'json' ? payload.value : undefined,
    bytes: payload?.$case === 'data' ? payload.value : undefined,
    retry: event.retry === undefined ? undefined : decodeRetry(event.retry),
    timeoutMs: numberOf(event.timeoutMs),
    retentionMs: numberOf(event.retentionMs),
    attemptCount,
    failureReason: event.failureReason === '' ? undefined : event.failureReason,
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

function decodeHttp({ url, method, headers }: WireHttp): HttpCall {
  const pairs = headers.map(({ name, value }) => [name, value] as const);
  return { url, method: METHODS[method] ?? 'POST', headers: pairs };
}

function decodeAppend(target: WireAppend): ScheduledAppend {
  const { stream, typeRef, contentType, metadata } = target;
  const type = typeRef?.value ?? '';
  return { stream, type, contentType, metadata, expected: expectedOf(target) };
}

function expectedOf({ expectedVersion, expectedState }: WireAppend): Expected {
  if (expectedVersion !== undefined) return expectedVersion;
  if (expectedState === ExpectedState.EXPECTED_STATE_NO_STREAM) return 'no-stream';
  const exists = expectedState === ExpectedState.EXPECTED_STATE_STREAM_EXISTS;
  return exists ? 'stream-exists' : 'any';
}

function decodeRetry(retry: RetryPolicy): TimedEventRetry {
  const entries = Object.entries(retry).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Number(value)] as const],
  );
  return Object.fromEntries(entries);
}

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
