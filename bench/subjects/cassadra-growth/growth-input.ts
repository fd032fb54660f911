import type { GrowthWorkload } from '../../model/workload.js';

/** Input of the load program. */
export interface GrowthInput {
  /** `host:port` of the server. */
  readonly address: string;
  /** `fill` brings an empty store to the size. */
  readonly task: 'fill' | 'measure';
  readonly workload: GrowthWorkload;
  readonly seconds: number;
}
