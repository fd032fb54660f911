import type { TypeCode } from './event.js';
import type { ExpectedVersion } from './expected-version.js';
import type { RetryPolicy } from './retry-policy.js';
import type { TraceOrigin } from './trace-metadata.js';
import type { Uuid } from './uuid.js';

/** Names a timed event: the event id is unique within its application. */
export interface TimedEventKey {
  readonly application: string;
  readonly eventId: string;
}

export const HTTP_METHODS = ['POST', 'GET', 'PUT', 'DELETE', 'PATCH'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** A call over HTTP. */
export interface HttpTarget {
  readonly kind: 'http';
  /** http or https, in the normal form of the URL standard. */
  readonly url: string;
  readonly method: HttpMethod;
  /** As they are sent, in order; none that the sender sets itself. */
  readonly headers: readonly HttpHeader[];
}

/** An event is appended to a stream. Its id is the generation of the entry. */
export interface AppendTarget {
  readonly kind: 'append';
  /** A name or a UUID, as it was given. */
  readonly stream: string;
  readonly type: TypeCode | string;
  /** What the payload becomes: text or bytes. */
  readonly content: 'json' | 'bytes';
  readonly contentType: string | undefined;
  /** JSON text as `encodeMetadata` makes it. */
  readonly metadata: string | undefined;
  readonly expected: ExpectedVersion;
}

/** Their places are what is stored: add at the end only. */
export const TASKS = ['schedule', 'sweep', 'failure'] as const;
export type Task = (typeof TASKS)[number];

/** Work of the scheduler itself; see `scheduler-task.ts`. */
export interface TaskTarget {
  readonly kind: 'task';
  readonly task: Task;
}

/** What users can ask for. */
export type UserTarget = HttpTarget | AppendTarget;

/** What happens at the due time. */
export type Target = UserTarget | TaskTarget;

/** What becomes of an entry whose first attempt would begin later than `maxMs` after its due time. */
export interface LatenessPolicy {
  readonly maxMs: number;
  /** `skip`: SKIPPED. `dead-letter`: FAILED. Without a policy it fires. */
  readonly action: 'skip' | 'dead-letter';
}

/** Why a schedule has made an entry, and for which of its times. */
export interface RunOrigin {
  readonly scheduleId: string;
  readonly nominalMs: number;
  readonly cause: 'schedule' | 'trigger' | 'backfill';
}

/** The last replay of an entry. Age and lateness count from it, attempts before it do not count. */
export interface Replay {
  readonly atMs: number;
  readonly earlierAttempts: number;
}

/** What the user asked for. Times in ms. */
export interface TimedEventPlan {
  readonly dueMs: number;
  /** Sent, or appended, byte for byte. */
  readonly payload: Uint8Array;
  readonly target: Target;
  readonly retry: RetryPolicy;
  /** For one attempt, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** How long a finished entry is kept. */
  readonly retentionMs: number;
  /** Not there: fires however late it is. */
  readonly lateness?: LatenessPolicy;
  /** There when a schedule has made it. */
  readonly run?: RunOrigin;
  /** There once it was replayed. */
  readonly replay?: Replay;
  /** There when it was asked for within a trace: its attempts belong there. */
  readonly trace?: TraceOrigin;
}

/** Who attempts an entry: one run of a poller, under an epoch of its lease. */
export interface Claim {
  readonly poller: Uuid;
  readonly epoch: number;
  readonly claimedMs: number;
}

/** An attempt that is over. `lost`: its poller is gone, so nobody knows what came of it. */
export type AttemptOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'lost' };

/** Attempts in the log of an entry that may still be replayed: each change writes all of it. */
export const ATTEMPTS_LOGGED_MAX = 1_000;

export interface Attempt {
  /** From 1 on, over all attempts of a generation. */
  readonly number: number;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly claim: Claim;
  readonly outcome: AttemptOutcome;
}

export type TimedEventState =
  /** `nextMs`: when the next attempt is due; the due time at first, later that of a retry. */
  | { readonly status: 'PENDING'; readonly nextMs: number }
  | { readonly status: 'PROCESSING'; readonly nextMs: number; readonly claim: Claim }
  | { readonly status: 'COMPLETED'; readonly finishedMs: number }
  | { readonly status: 'FAILED'; readonly finishedMs: number; readonly reason: string }
  /** Stopped while an attempt was under way. */
  | { readonly status: 'CANCELLED'; readonly finishedMs: number }
  /** Too late for its lateness policy; no attempt was made. */
  | { readonly status: 'SKIPPED'; readonly finishedMs: number; readonly reason: string }
  /** Stopped before an attempt; kept for a while, but nobody is shown it. */
  | { readonly status: 'DELETED'; readonly finishedMs: number };

export type TimedEventStatus = TimedEventState['status'];

/** An entry of the scheduler, whole. A value: every change makes another one. */
export interface TimedEvent {
  readonly key: TimedEventKey;
  /** One for each time that the key was scheduled anew; receivers tell attempts apart by it. */
  readonly generation: Uuid;
  /** Names the write that made it what it is: what a compare-and-set compares. */
  readonly change: Uuid;
  readonly plan: TimedEventPlan;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly state: TimedEventState;
  readonly attempts: readonly Attempt[];
}

/** What a list shows of an entry: all but its payload and the log of its attempts. */
export interface TimedEventSummary {
  readonly key: TimedEventKey;
  readonly generation: Uuid;
  readonly dueMs: number;
  readonly target: Target;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly state: TimedEventState;
  /** Attempts that are over. */
  readonly attemptCount: number;
}

/** When the entry has to be looked at next; undefined once it is finished. */
export function nextMsOf({ state }: Pick<TimedEvent, 'state'>): number | undefined {
  return state.status === 'PENDING' || state.status === 'PROCESSING' ? state.nextMs : undefined;
}

/** When it was finished; undefined while it is not. */
export function finishedMsOf({ state }: Pick<TimedEvent, 'state'>): number | undefined {
  return state.status === 'PENDING' || state.status === 'PROCESSING' ? undefined : state.finishedMs;
}

export function summaryOf(event: TimedEvent): TimedEventSummary {
  const { key, generation, plan, createdMs, updatedMs, state, attempts } = event;
  const { dueMs, target } = plan;
  const attemptCount = attempts.length;
  return { key, generation, dueMs, target, createdMs, updatedMs, state, attemptCount };
}

/** All appends go to one place. */
export const EVENT_STORE_DESTINATION = 'append:';
/** As do all tasks. */
export const TASK_DESTINATION = 'task:';

/** What shares limits and a circuit breaker: scheme, host and port, or the event store. */
export function destinationOf(target: Target): string {
  if (target.kind === 'append') return EVENT_STORE_DESTINATION;
  if (target.kind === 'task') return TASK_DESTINATION;
  const { protocol, hostname, port } = new URL(target.url);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
