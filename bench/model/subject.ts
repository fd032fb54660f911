import type { LoadResult } from './load-result.js';
import type { Workload, WorkloadKind } from './workload.js';
import type { Place } from '../services/place.js';

/** What a subject can do: a run for each kind of workload that it knows. */
export type Runs = {
  readonly [Kind in WorkloadKind]?: (
    workload: Extract<Workload, { kind: Kind }>,
    seconds: number,
  ) => Promise<LoadResult>;
};

export interface RunningSubject {
  /** What it is exactly: '0.42.0, PostgreSQL 17.5'. */
  readonly version?: string;
  /**
   * Roots of the process trees whose CPU and memory are the subject's own: PostgreSQL and Redis
   * count, since their users put work into them; Cassandra, which subjects share, never.
   */
  pids(): readonly number[];
  readonly runs: Runs;
  /** Says of a workload that it knows in general: this one not. Default: it can. */
  can?(workload: Workload): boolean;
  stop(): Promise<void>;
}

/** Something that is measured: a server, or a library in its load process. */
export interface Subject {
  /** As in the tables: 'Cassadra, embedded', 'UmaDB', 'raw cassandra-driver'. */
  readonly name: string;
  /** Starts it with empty data. Throws {@link SubjectUnavailable} where it cannot be had. */
  start(place: Place): Promise<RunningSubject>;
}

/** The subject cannot be installed or started here; the report says why. */
export class SubjectUnavailable extends Error {
  override readonly name = 'SubjectUnavailable';
}
