import type { Workload } from '../../model/workload.js';

/** Of a subject whose appends are single calls, with no stream of them. */
export function unaryOnly(workload: Workload): boolean {
  return workload.kind !== 'append' || workload.call === 'unary';
}
