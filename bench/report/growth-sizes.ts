import type { Measurement } from '../model/measurement.js';
import { nameOf, type GrowthOf } from '../model/workload.js';
import { SUITES } from '../suites/index.js';
import type { Results } from './results.js';

/** A size that was measured, with its calls. */
export interface Size {
  readonly of: GrowthOf;
  readonly size: number;
  readonly calls: readonly { readonly call: string; readonly measured: readonly Measurement[] }[];
}

/** In the order of the suite. */
export function sizesOf(results: Results, suite: string): Size[] {
  const workloads = SUITES.find(({ name }) => name === suite)?.workloads ?? [];
  const found = new Map<string, Size>();
  const measurements = results.measurements.filter((it) => it.suite === suite);
  for (const workload of workloads) {
    if (workload.kind !== 'growth') continue;
    const { of, size, call } = workload;
    const measured = measurements.filter(({ workload: name }) => name === nameOf(workload));
    if (measured.length === 0) continue;
    const key = `${of} ${String(size)}`;
    const calls = [...(found.get(key)?.calls ?? []), { call, measured }];
    found.set(key, { of, size, calls });
  }
  return [...found.values()];
}
