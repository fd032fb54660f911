import type { RetryPolicy } from './retry-policy.js';
import type { LatenessPolicy, RunOrigin, UserTarget } from './timed-event.js';

/** When a schedule runs. Its times are *nominal* times: before the jitter. */
export type Recurrence =
  /** Five or six fields (seconds first) on the clocks of an IANA time zone. */
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  /** At `phaseMs` and every `everyMs` after it, counted from 1970. */
  | { readonly kind: 'interval'; readonly everyMs: number; readonly phaseMs: number };

export interface ScheduleTiming {
  readonly recurrence: Recurrence;
  /** Nominal times from it on; not there: from the creation on. */
  readonly startMs?: number;
  /** Nominal times before it; not there: for ever. */
  readonly endMs?: number;
  /** Each run is due up to so much later than its nominal time, and before the next one. */
  readonly jitterMs: number;
}

/** What becomes of a run while the one before it is not finished. */
export type OverlapPolicy = 'skip' | 'allow' | 'buffer-one';

/** What becomes of runs that nobody was there to make in time. */
export type MissedRunPolicy =
  /** The last of them is made. */
  | { readonly kind: 'fire-once' }
  /** The last `runsMax` of them are made, `perSecond` of them a second. */
  | { readonly kind: 'fire-all'; readonly runsMax: number; readonly perSecond: number }
  | { readonly kind: 'skip' };

/** What each run is. Times in ms. */
export interface RunTemplate {
  readonly payload: Uint8Array;
  readonly target: UserTarget;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly retentionMs: number;
  readonly lateness?: LatenessPolicy;
}

/** What the user asked for. */
export interface SchedulePlan {
  readonly timing: ScheduleTiming;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedRunPolicy;
  /** A run that is decided on so much after it was due counts as missed. */
  readonly missedAfterMs: number;
  readonly run: RunTemplate;
}

/** Names a schedule: unique within its application. */
export interface ScheduleKey {
  readonly application: string;
  readonly scheduleId: string;
}

export const SKIP_REASONS = ['overlap', 'missed', 'paused', 'exists'] as const;
/** `exists`: an entry of the run's id was there already, as when a backfill meets a run. */
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Runs one after the other that were skipped for the same reason. */
export interface SkippedRuns {
  readonly reason: SkipReason;
  readonly firstNominalMs: number;
  readonly lastNominalMs: number;
  readonly count: number;
  readonly decidedMs: number;
}

/** A run that is decided on: it becomes a timed event of `eventId`. */
export interface DecidedRun extends Omit<RunOrigin, 'scheduleId'> {
  readonly eventId: string;
  readonly dueMs: number;
}

export interface Backfill {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly perSecond: number;
  /** Nominal times up to it are decided on. */
  readonly doneMs: number;
  readonly made: number;
  readonly skipped: number;
}

export interface ScheduleCounts {
  readonly made: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

/** A schedule, whole. A value: every change makes another one. */
export interface Schedule {
  readonly key: ScheduleKey;
  /** From 1 on; one higher after each change of what is asked for. What its runs note is none. */
  readonly revision: number;
  readonly plan: SchedulePlan;
  readonly createdMs: number;
  /** When the revision was made. */
  readonly updatedMs: number;
  /** There while it is paused. */
  readonly paused?: { readonly sinceMs: number; readonly note: string };
  /** Nominal times up to it are decided on. */
  readonly decidedMs: number;
  /** The next nominal time and when it is due; not there: none is left. */
  readonly next?: { readonly nominalMs: number; readonly dueMs: number };
  /** Its task is called at this time or sooner. */
  readonly armedMs: number;
  /** Decided on, and perhaps not stored yet. */
  readonly decided: readonly DecidedRun[];
  /** Waits for the run before it to finish (`buffer-one`). */
  readonly buffered?: { readonly nominalMs: number; readonly sinceMs: number };
  /** The last that were made, up to ten, newest first; the last of each cause among them. */
  readonly recent: readonly DecidedRun[];
  /** The latest skipped runs, not in the list of them yet; and those about to be listed. */
  readonly skipping?: SkippedRuns;
  readonly skipped: readonly SkippedRuns[];
  readonly backfill?: Backfill;
  readonly counts: ScheduleCounts;
}
