import type { TimedEventKey } from '../../core/index.js';
import type { PageRequest } from '../page-request.js';

/** Which entries that have FAILED are meant; all that is given must be so. */
export interface FailedFilter {
  /** Undefined: of all applications. */
  readonly application: string | undefined;
  /** When they failed, ms since 1970: from inclusive, until exclusive. */
  readonly failedFromMs: number | undefined;
  readonly failedUntilMs: number | undefined;
  /** When they were due. */
  readonly dueFromMs: number | undefined;
  readonly dueUntilMs: number | undefined;
  /** Scheme, host and port, or any URL of it; `append:` is the event store. */
  readonly destination: string | undefined;
  /** HTTP statuses of the last attempt; 0: there was no answer. Empty: any. */
  readonly httpStatuses: readonly number[];
}

export type SweepAction = 'replay' | 'purge';

export interface SweepCommand {
  /** Names the wish: the same id starts no second one. Undefined: made here. */
  readonly sweepId: string | undefined;
  readonly action: SweepAction;
  readonly filter: FailedFilter;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  /** Entries that are changed in a second, 1 to 10,000. */
  readonly perSecond: number;
}

export type SweepState = 'running' | 'done' | 'cancelled';

/** Work on all failed entries that a filter names, as far as it has come. */
export interface Sweep extends SweepCommand {
  readonly sweepId: string;
  readonly state: SweepState;
  readonly createdMs: number;
  readonly updatedMs: number;
  /**
   * Entries that have failed and were looked at; those that the filter names; those changed (0 in a
   * dry run). Each is counted once, whatever died meanwhile; an entry that others replay or delete
   * while the sweep is about to may count as changed by it.
   */
  readonly scanned: number;
  readonly matched: number;
  readonly changed: number;
  /** Matched, and changed by others before it could. */
  readonly overtaken: number;
  /** Some that matched, up to 20. */
  readonly examples: readonly TimedEventKey[];
}

export interface SweepPage {
  readonly sweeps: readonly Sweep[];
  readonly next: string | undefined;
}

/**
 * `started`: it is pending, due now. `in-flight`: an attempt is under way. `finished`: it has ended
 * and has not failed.
 */
export type RetryOutcome = 'started' | 'in-flight' | 'finished' | 'unknown';

/** What can be done with entries that have failed for good. All throw AppError. */
export interface Sweeps {
  /** One entry: FAILED begins again with all its attempts; PENDING does not wait. NOT_FOUND. */
  retryNow(key: TimedEventKey, signal: AbortSignal): Promise<RetryOutcome>;
  /** One entry that has FAILED is deleted; false: it has another status. NOT_FOUND. */
  purge(key: TimedEventKey, signal: AbortSignal): Promise<boolean>;
  /** Begins to replay or to purge many, in the background, over all servers' deaths. */
  start(command: SweepCommand, signal: AbortSignal): Promise<Sweep>;
  find(sweepId: string): Promise<Sweep | undefined>;
  /** Newest first; kept for 30 days. */
  list(page: PageRequest): Promise<SweepPage>;
  /** It changes nothing more after a few seconds. NOT_FOUND. */
  cancel(sweepId: string, signal: AbortSignal): Promise<Sweep>;
}
