import type { Moment } from '../moment.js';
import type { CallLimits } from '../tries.js';
import type { SweepOptions, SweepWait } from './failed-timers.js';
import type { ScheduleResult } from './schedule-many.js';
import type { Scheduled } from './schedule-one.js';
import type { FailedFilter, Sweep } from './sweep.js';
import type { TimedEventRequest } from './timed-event-request.js';
import type {
  Retried,
  Stopped,
  TimedEvent,
  TimedEventAttempt,
  TimedEventStatus,
} from './timed-event.js';

/** Which timed events of an application are listed. */
export interface TimedEventFilter {
  /** Not given: in any. */
  readonly statuses?: readonly Exclude<TimedEventStatus, 'unknown'>[];
  /** Only those due then or later, ms since the epoch. */
  readonly dueFromMs?: number;
  /** Only those due before, ms since the epoch. */
  readonly dueUntilMs?: number;
  readonly signal?: AbortSignal;
}

/** Timed events: calls and appends that are made at a time that was named before. */
export interface Timers {
  /**
   * Schedules one; when this resolves it fires at least once, never early. It is scheduled once,
   * however often it had to be sent: a repetition accepts an equal one as its own.
   * TIMED_EVENT_EXISTS.
   */
  schedule(request: TimedEventRequest, limits?: CallLimits): Promise<Scheduled>;
  /** Schedules many, each for itself; answers in the order of the requests. */
  scheduleMany(
    requests: readonly TimedEventRequest[],
    limits?: CallLimits,
  ): Promise<readonly ScheduleResult[]>;
  /**
   * Stops one. NOT_FOUND when there is none; after a try without an answer that means `done`,
   * since a stopped one is gone.
   */
  cancel(application: string, eventId: string, limits?: CallLimits): Promise<Stopped>;
  /** Moves one to another due time. NOT_FOUND. */
  reschedule(
    application: string,
    eventId: string,
    due: Moment,
    limits?: CallLimits,
  ): Promise<Stopped>;
  /** One with its content; undefined when there is none. */
  get(application: string, eventId: string, limits?: CallLimits): Promise<TimedEvent | undefined>;
  /** Those of an application by due time, then by id, without contents. */
  list(application: string, filter?: TimedEventFilter): AsyncIterable<TimedEvent, void, undefined>;
  /** The attempts of one that are over, oldest first. NOT_FOUND. */
  attempts(
    application: string,
    eventId: string,
    limits?: CallLimits,
  ): AsyncIterable<TimedEventAttempt, void, undefined>;
  /**
   * Makes the next attempt now: one that has failed begins again with all attempts, a pending one
   * does not wait. NOT_FOUND. Repeated after a try without an answer, it may begin one again that
   * has failed once more meanwhile.
   */
  retryNow(application: string, eventId: string, limits?: CallLimits): Promise<Retried>;
  /** Deletes one that has failed. NOT_FOUND, NOT_FAILED. */
  purge(application: string, eventId: string, limits?: CallLimits): Promise<void>;
  /**
   * Begins to replay all failed ones that a filter names (none of its fields given: all there are),
   * in the background; it begins once, however often it had to be sent. What fails after the call
   * is not touched. SWEEP_EXISTS: there is another one of this id.
   */
  replayFailed(filter: FailedFilter, options?: SweepOptions): Promise<Sweep>;
  /** The same, but deletes them. */
  purgeFailed(filter: FailedFilter, options?: SweepOptions): Promise<Sweep>;
  /** How far a replay or purge of many has come; undefined when there is none of this id. */
  sweep(sweepId: string, limits?: CallLimits): Promise<Sweep | undefined>;
  /** Looks at one until it does not run any more. NOT_FOUND. */
  sweepUntilDone(sweepId: string, wait?: SweepWait): Promise<Sweep>;
  /** Newest first; they are kept for 30 days after their end. */
  sweeps(limits?: CallLimits): AsyncIterable<Sweep, void, undefined>;
  /** It changes nothing more after a few seconds. Repeating it is fine. NOT_FOUND. */
  cancelSweep(sweepId: string, limits?: CallLimits): Promise<Sweep>;
}
