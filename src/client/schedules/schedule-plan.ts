import type { Moment } from '../moment.js';
import type { TimedEventLateness } from '../timers/lateness.js';
import type { TimedEventRetry } from '../timers/retry.js';
import type { HttpCallRequest, ScheduledAppendRequest } from '../timers/target-request.js';

/** When a schedule runs: by the clocks of a time zone, or at a fixed distance. */
export type Recurrence =
  | {
      /** Five fields (minute, hour, day of month, month, day of week) or six (second first). */
      readonly cron: string;
      /** A name of the IANA data base, as Europe/Berlin (UTC). */
      readonly timeZone?: string | undefined;
      readonly everyMs?: undefined;
      readonly phaseMs?: undefined;
    }
  | {
      /** The distance: 1,000 to 31,536,000,000 (365 days). */
      readonly everyMs: number;
      /** Where it begins, ms since the epoch: 0 to below `everyMs` (0). */
      readonly phaseMs?: number | undefined;
      readonly cron?: undefined;
      readonly timeZone?: undefined;
    };

/** What each run does: a call, or an append. */
export type RunTarget =
  | { readonly http: HttpCallRequest; readonly append?: undefined }
  | { readonly append: ScheduledAppendRequest; readonly http?: undefined };

/** A run while the one before it is not finished: skipped, made beside it, made after it. */
export type OverlapPolicy = 'skip' | 'allow' | 'buffer-one';

/** What becomes of runs that no server was there to make in time. */
export type MissedRuns = {
  /** A run counts as missed when it was due so much longer ago: from 1,000 (60,000). */
  readonly afterMs?: number | undefined;
} & (
  | {
      /** The last of them is made, or none. The others are skipped. */
      readonly action: 'fire-once' | 'skip';
      readonly runsMax?: undefined;
      readonly perSecond?: undefined;
    }
  | {
      /** The last `runsMax` of them are made. */
      readonly action: 'fire-all';
      /** 1 to 1,000 (100). */
      readonly runsMax?: number | undefined;
      /** How many become due in a second: 1 to 1,000 (10). */
      readonly perSecond?: number | undefined;
    }
);

/** What holds for all runs of a schedule. */
export interface ScheduleRules {
  /** No runs before (its creation). */
  readonly start?: Moment | undefined;
  /** No runs then or later (for ever). */
  readonly end?: Moment | undefined;
  /** Each run is due up to so much later, before the next one: up to 86,400,000, a day (0). */
  readonly jitterMs?: number | undefined;
  /** `skip` when not given. */
  readonly overlap?: OverlapPolicy | undefined;
  /** `fire-once` when not given. */
  readonly missed?: MissedRuns | undefined;
  readonly retry?: TimedEventRetry | undefined;
  /** For one attempt: 100 to 600,000 ms (15,000, or as the server is set). */
  readonly timeoutMs?: number | undefined;
  /** How long a run is kept after it has finished: from 3,600,000 ms, an hour. */
  readonly retentionMs?: number | undefined;
  /** How late the first attempt of a run may begin; not given: as late as it is. */
  readonly lateness?: TimedEventLateness | undefined;
}

/** What a schedule asks for. */
export type SchedulePlan = Recurrence & RunTarget & ScheduleRules;

/** The same, without what its runs do. */
export type TargetlessPlan = Recurrence & ScheduleRules;
