import type { Subject } from './subject.js';
import type { Workload } from './workload.js';

/** Subjects that are measured side by side, in turn. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly subjects: readonly Subject[];
  readonly workloads: readonly Workload[];
  /** Load before the first round, for each subject: at least 60 where a JVM takes part. */
  readonly warmUpSeconds: number;
  /** It takes long and is no comparison: it runs only when it is named. */
  readonly onlyByName?: boolean;
}
