import type {
  LatenessPolicy,
  RetryPolicy,
  TimedEvent,
  TimedEventKey,
  TimedEventStatus,
  TraceOrigin,
  UserTarget,
} from '../core/index.js';
import type { TimedEventPage, TimedEventQuery } from '../storage/index.js';

/** What to do when the application has a timed event of this id (DELETED ones do not count). */
export type OnExists = 'reject' | 'ok-if-same' | 'replace';

export interface ScheduleCommand {
  readonly key: TimedEventKey;
  /** ms since 1970; the past means now. */
  readonly dueMs: number;
  readonly payload: Uint8Array;
  readonly target: UserTarget;
  /** Undefined, whole or in part: the defaults. */
  readonly retry: Partial<RetryPolicy> | undefined;
  readonly timeoutMs: number | undefined;
  readonly retentionMs: number | undefined;
  /** Undefined: it fires however late it is. */
  readonly lateness?: LatenessPolicy | undefined;
  /** Of the call; attempts go on with it. */
  readonly trace?: TraceOrigin | undefined;
  readonly onExists: OnExists;
}

export interface ScheduleAnswer {
  readonly event: TimedEvent;
  readonly outcome: 'scheduled' | 'existed' | 'replaced';
}

/**
 * What became of a wish to stop or move an entry.
 * - `done`: no attempt of the old plan begins any more, none is under way.
 * - `in-flight`: the attempt under way may arrive, no further one of the old plan begins.
 * - `finished`: it was over; nothing was changed.
 * - `unknown`: repeat the call.
 */
export type StopOutcome = 'done' | 'in-flight' | 'finished' | 'unknown';

export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly status: TimedEventStatus };

/**
 * The use cases. All throw AppError: INVALID_ARGUMENT and LIMIT_EXCEEDED name the field,
 * UNAVAILABLE and NOT_READY have changed nothing, OUTCOME_UNKNOWN may have. Calls are answered by
 * the time that `signal` is aborted; its reason says which error the caller gets when nothing had
 * been written.
 */
export interface Scheduler {
  /** TIMED_EVENT_EXISTS by `onExists`. Once answered, the event fires at least once. */
  schedule(command: ScheduleCommand, signal: AbortSignal): Promise<ScheduleAnswer>;

  /** Undefined: unknown, or deleted. */
  find(key: TimedEventKey): Promise<TimedEvent | undefined>;

  list(query: TimedEventQuery): Promise<TimedEventPage>;

  /** Stops it, also in flight. NOT_FOUND. */
  cancel(key: TimedEventKey, signal: AbortSignal): Promise<StopOutcome>;

  /** Moves it to another due time. NOT_FOUND. */
  reschedule(key: TimedEventKey, dueMs: number, signal: AbortSignal): Promise<StopOutcome>;

  /** Cassata's way of stopping: only what is PENDING. */
  remove(key: TimedEventKey, signal: AbortSignal): Promise<DeleteOutcome>;
}
