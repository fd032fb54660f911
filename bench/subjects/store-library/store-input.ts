import type {
  AppendWorkload,
  CatchUpWorkload,
  DeliveryWorkload,
  LoadWorkload,
} from '../../model/workload.js';

/** The workloads that a library with a store in it can be given. */
export type StoreWorkload = AppendWorkload | LoadWorkload | CatchUpWorkload | DeliveryWorkload;

/** Input of the load program of such a library. */
export interface StoreInput {
  /** URL of the database, or path of its file. */
  readonly location: string;
  /** `prepare` writes what the workload needs into an empty store. */
  readonly task: 'prepare' | 'measure';
  readonly workload: StoreWorkload;
  readonly seconds: number;
}

/** Deliveries are appended without waiting for each other; there are not many a second. */
const DELIVERIES_AT_ONCE = 16;

/** Calls under way at once. */
export function callsAtOnce(workload: StoreWorkload): number {
  if (workload.kind === 'catch-up') return 1;
  return workload.kind === 'delivery' ? DELIVERIES_AT_ONCE : workload.clients;
}
