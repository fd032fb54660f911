import type {
  DecidedRun,
  LatenessPolicy,
  MissedRunPolicy,
  OverlapPolicy,
  RetryPolicy,
  Schedule,
  ScheduleKey,
  ScheduleTiming,
  SkippedRuns,
  UserTarget,
} from '../../core/index.js';
import type { ComingRun } from '../recurrence/coming-runs.js';
import type { PageRequest } from '../page-request.js';
import type { OnExists } from '../scheduler.js';

export type { ComingRun } from '../recurrence/coming-runs.js';

/** A schedule as it is asked for; what is left out has a default. */
export interface ScheduleDraft {
  readonly key: ScheduleKey;
  readonly timing: ScheduleTiming;
  /** `skip`. */
  readonly overlap?: OverlapPolicy;
  /** `fire-once`. */
  readonly missed?: MissedRunPolicy;
  /** 60,000. */
  readonly missedAfterMs?: number;
  readonly run: {
    readonly payload: Uint8Array;
    readonly target: UserTarget;
    readonly retry?: Partial<RetryPolicy>;
    readonly timeoutMs?: number;
    readonly retentionMs?: number;
    readonly lateness?: LatenessPolicy;
  };
}

export interface CreatedSchedule {
  readonly schedule: Schedule;
  readonly outcome: 'created' | 'existed' | 'replaced';
}

export interface SchedulePage {
  readonly schedules: readonly Schedule[];
  /** The schedule id to go on after; undefined at the end. */
  readonly next: string | undefined;
}

export interface SkippedRunsPage {
  readonly skipped: readonly SkippedRuns[];
  readonly next: string | undefined;
}

/**
 * Recurring timed events. All throw AppError: INVALID_ARGUMENT and LIMIT_EXCEEDED name the field,
 * UNAVAILABLE and NOT_READY have changed nothing, OUTCOME_UNKNOWN may have. NOT_FOUND where there
 * is no schedule of the key. A change that was answered decides all runs that were not decided
 * before: those are made when they are due, never before.
 */
export interface Schedules {
  /** SCHEDULE_EXISTS by `onExists`. Once answered, its runs are made. */
  create(draft: ScheduleDraft, onExists: OnExists, signal: AbortSignal): Promise<CreatedSchedule>;

  /**
   * Replaces what it asks for, whole; what it has done stays. REVISION_CONFLICT when
   * `expectedRevision` is given and it is not at it.
   */
  update(
    draft: ScheduleDraft,
    expectedRevision: number | undefined,
    signal: AbortSignal,
  ): Promise<Schedule>;

  find(key: ScheduleKey): Promise<Schedule | undefined>;

  /** By schedule id. */
  list(application: string, page: PageRequest): Promise<SchedulePage>;

  /** Makes no further run; those that are made stay. */
  remove(key: ScheduleKey, signal: AbortSignal): Promise<void>;

  /** Skips runs that are due, with reason `paused`. Repeating it is fine. */
  pause(key: ScheduleKey, note: string, signal: AbortSignal): Promise<Schedule>;

  /** Repeating it is fine. */
  resume(key: ScheduleKey, signal: AbortSignal): Promise<Schedule>;

  /**
   * Makes a run now, whatever the overlap policy and a pause say. `triggerId` names the wish: the
   * same one makes no second run. Undefined: each call makes one.
   */
  trigger(
    key: ScheduleKey,
    triggerId: string | undefined,
    signal: AbortSignal,
  ): Promise<DecidedRun>;

  /**
   * Makes the runs of a range of nominal times (from inclusive, until exclusive, not after now),
   * `perSecond` a second, whatever the overlap policy says; a pause stops it for its time. A run whose entry is still
   * there is skipped with reason `exists`. BACKFILL_RUNNING.
   */
  backfill(
    key: ScheduleKey,
    range: { readonly fromMs: number; readonly untilMs: number; readonly perSecond: number },
    signal: AbortSignal,
  ): Promise<Schedule>;

  /** The next runs after `afterMs` as they stand now, a pause not regarded; up to 1,000. */
  nextRuns(key: ScheduleKey, afterMs: number, count: number): Promise<readonly ComingRun[]>;

  /** What was skipped, oldest first; kept for 90 days. */
  skippedRuns(key: ScheduleKey, page: PageRequest): Promise<SkippedRunsPage>;
}
