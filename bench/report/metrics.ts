import type { Measurement } from '../model/measurement.js';

/** How a figure that tables, plots and aims speak of is read off a measurement. */
const METRICS = {
  operationsPerSecond: ({ load }: Measurement) => load.operations / load.seconds,
  eventsPerSecond: ({ load }: Measurement) => load.events / load.seconds,
  p50Ms: ({ load }: Measurement) => load.latencyMs?.p50,
  p90Ms: ({ load }: Measurement) => load.latencyMs?.p90,
  p99Ms: ({ load }: Measurement) => load.latencyMs?.p99,
  p999Ms: ({ load }: Measurement) => load.latencyMs?.p999,
  maxMs: ({ load }: Measurement) => load.latencyMs?.max,
  cpuPer1000: (it: Measurement) => per1000(it, it.cpuSeconds),
  totalCpuPer1000: (it: Measurement) =>
    per1000(it, (it.cpuSeconds ?? 0) + (it.load.loadCpuSeconds ?? 0)),
  /** Cores: what is nothing while nothing is asked of it. */
  cores: ({ load, cpuSeconds }: Measurement) =>
    cpuSeconds === undefined ? undefined : cpuSeconds / load.seconds,
  /** A load near a whole core may be what limits. */
  loadCores: ({ load }: Measurement) =>
    load.loadCpuSeconds === undefined ? undefined : load.loadCpuSeconds / load.seconds,
  memoryMiB: ({ memoryMiB }: Measurement) => memoryMiB,
  errors: ({ load }: Measurement) => load.errors,
};

export type Metric = keyof typeof METRICS;

export function valueOf(measurement: Measurement, metric: Metric): number | undefined {
  return METRICS[metric](measurement);
}

function per1000({ load }: Measurement, cpuSeconds: number | undefined): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / load.operations) * 1000;
}
