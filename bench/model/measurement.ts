import type { LoadResult } from './load-result.js';

/** One run of one workload on one subject, as a line of the results file. */
export interface Measurement {
  readonly suite: string;
  readonly subject: string;
  readonly workload: string;
  /** 1-based; rounds are interleaved: A B A B. */
  readonly round: number;
  readonly load: LoadResult;
  /** CPU of the subject's processes in the window; absent when one of them was killed in it. */
  readonly cpuSeconds?: number;
  /** Memory of the subject's processes; absent when it has none of its own. */
  readonly memoryMiB?: number;
}

/** A subject that took no part in a suite, and why. */
export interface Absence {
  readonly suite: string;
  readonly subject: string;
  readonly why: string;
}

/** A subject that takes part, and what it is exactly. */
export interface Presence {
  readonly suite: string;
  readonly subject: string;
  readonly version: string;
}

/** A line of the results file, but for the first of each run, which is the machine. */
export type Line = Measurement | Absence | Presence;
