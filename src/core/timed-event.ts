import type { TypeCode } from './event.js';
import type { ExpectedVersion } from './expected-version.js';
import type { RetryPolicy } from './retry-policy.js';
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

/** What happens at the due time. */
export type Target = HttpTarget | AppendTarget;

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
const EVENT_STORE = 'append:';

/** What shares limits and a circuit breaker: scheme, host and port, or the event store. */
export function destinationOf(target: Target): string {
  if (target.kind === 'append') return EVENT_STORE;
  const { protocol, hostname, port } = new URL(target.url);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
