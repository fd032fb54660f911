import type { LoadResult, Percentiles } from '../model/load-result.js';

/** The end of a load's result: its latencies, where there are any, and what CPU it took itself. */
export function latencyAndCpu(
  latencyMs: Percentiles | undefined,
  cpu: NodeJS.CpuUsage,
): Pick<LoadResult, 'latencyMs' | 'loadCpuSeconds'> {
  const loadCpuSeconds = (cpu.user + cpu.system) / 1e6;
  return latencyMs === undefined ? { loadCpuSeconds } : { latencyMs, loadCpuSeconds };
}
