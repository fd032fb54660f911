import type { Moment } from '../moment.js';
import type { TimedEventRequest } from '../timers/timed-event-request.js';
import type { CallLimits } from '../tries.js';
import type { SchedulePlan } from './schedule-plan.js';
import type { ComingRun, Schedule, ScheduledRun, ScheduleState, SkippedRuns } from './schedule.js';

/** A schedule to be created. */
export type ScheduleRequest = SchedulePlan & {
  /** Whose runs they are: 1 to 200 bytes. */
  readonly application: string;
  /** Names it within the application: 1 to 150 bytes. */
  readonly scheduleId: string;
  /** When there is one of this id: refuse (`reject`, the default), accept an equal one, replace. */
  readonly onExists?: TimedEventRequest['onExists'];
};

/** What a create has done. */
export interface CreatedSchedule {
  /** `existed`: there was an equal one; nothing was changed. */
  readonly outcome: 'created' | 'existed' | 'replaced';
  readonly schedule: ScheduleState;
}

export interface UpdateOptions extends CallLimits {
  /** REVISION_CONFLICT unless the schedule is at it; not given: whatever it is at. */
  readonly expectedRevision?: number;
}

export interface PauseOptions extends CallLimits {
  /** Why, for people: up to 1,000 bytes. */
  readonly note?: string;
}

export interface TriggerOptions extends CallLimits {
  /** Names the wish: the same one makes no second run. The client makes one when not given. */
  readonly triggerId?: string;
}

/** The runs of nominal times from `from` to before `until`, which is not after now. */
export interface BackfillRange {
  readonly from: Moment;
  readonly until: Moment;
  /** How many become due in a second: 1 to 1,000 (10). */
  readonly perSecond?: number;
}

export interface NextRunsOptions extends CallLimits {
  /** Up to 1,000 (10). */
  readonly count?: number;
  /** After this time (now). */
  readonly after?: Moment;
}

/**
 * Recurring timed events: each run is a timed event of its own, whose id follows from the schedule
 * and the time of the run. Where nothing else is said, there is NOT_FOUND, and calls are repeated
 * until there is an answer, without doing a second time what they do.
 */
export interface Schedules {
  /** Creates one; when this resolves its runs are made. SCHEDULE_EXISTS. */
  create(request: ScheduleRequest, limits?: CallLimits): Promise<CreatedSchedule>;
  /**
   * Replaces what one asks for, whole: take the plan of `get`, and change it. With
   * `expectedRevision`, after a try without an answer, OutcomeUnknownError says that the schedule
   * was changed and is not as this plan says: get it and look. REVISION_CONFLICT.
   */
  update(
    application: string,
    scheduleId: string,
    plan: SchedulePlan,
    options?: UpdateOptions,
  ): Promise<ScheduleState>;
  /** One with the content of its runs; undefined when there is none. */
  get(application: string, scheduleId: string, limits?: CallLimits): Promise<Schedule | undefined>;
  /** Those of an application by id. */
  list(application: string, limits?: CallLimits): AsyncIterable<ScheduleState, void, undefined>;
  /** Makes no further run; those that are made stay. */
  delete(application: string, scheduleId: string, limits?: CallLimits): Promise<void>;
  /** Skips runs until it is resumed. Repeating it is fine. */
  pause(application: string, scheduleId: string, options?: PauseOptions): Promise<ScheduleState>;
  /** Repeating it is fine. */
  resume(application: string, scheduleId: string, limits?: CallLimits): Promise<ScheduleState>;
  /** Makes a run now, whatever the overlap policy and a pause say. */
  trigger(application: string, scheduleId: string, options?: TriggerOptions): Promise<ScheduledRun>;
  /**
   * Makes the runs of a range in the past, in the background, whatever the overlap policy and a
   * pause say; a run whose timed event is still there is skipped. BACKFILL_RUNNING.
   */
  backfill(
    application: string,
    scheduleId: string,
    range: BackfillRange,
    limits?: CallLimits,
  ): Promise<ScheduleState>;
  /** The next runs as it stands now, a pause not regarded. */
  nextRuns(
    application: string,
    scheduleId: string,
    options?: NextRunsOptions,
  ): Promise<readonly ComingRun[]>;
  /** What was skipped, oldest first; it is kept for 90 days. */
  skippedRuns(
    application: string,
    scheduleId: string,
    limits?: CallLimits,
  ): AsyncIterable<SkippedRuns, void, undefined>;
}
