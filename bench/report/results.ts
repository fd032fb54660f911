import { readFileSync } from 'node:fs';
import type { Machine } from '../measure/machine.js';
import type { Absence, Measurement, Presence } from '../model/measurement.js';

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

function per1000({ load }: Measurement, cpuSeconds: number | undefined): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / load.operations) * 1000;
}

/** Median of the rounds, and how far they lie apart. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The lines of one run: a machine, then measurements and absences. */
export class Results {
  readonly machine: Machine;
  readonly measurements: readonly Measurement[];
  readonly absences: readonly Absence[];
  readonly presences: readonly Presence[];

  constructor(file: string) {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const [machine, ...rest] = lines.map((line) => JSON.parse(line) as unknown);
    this.machine = machine as Machine;
    this.measurements = rest.filter((line) => isLine<Measurement>(line, 'load'));
    this.absences = rest.filter((line) => isLine<Absence>(line, 'why'));
    this.presences = rest.filter((line) => isLine<Presence>(line, 'version'));
  }

  /** Undefined where nothing was measured. */
  figure(suite: string, subject: string, workload: string, metric: Metric): Figure | undefined {
    const values = this.measurements
      .filter((it) => it.suite === suite && it.subject === subject && it.workload === workload)
      .map((it) => METRICS[metric](it))
      .filter((value): value is number => value !== undefined && Number.isFinite(value))
      .sort((a, b) => a - b);
    const [min] = values;
    const max = values.at(-1);
    if (min === undefined || max === undefined) return undefined;
    const upper = values[Math.floor(values.length / 2)] ?? max;
    const lower = values[Math.ceil(values.length / 2) - 1] ?? min;
    return { median: (lower + upper) / 2, min, max };
  }

  suites(): string[] {
    return [...new Set([...this.measurements, ...this.absences].map(({ suite }) => suite))];
  }

  /** In the order in which they were first measured. */
  workloads(suite: string): string[] {
    return this.#distinct(suite, ({ workload }) => workload);
  }

  subjects(suite: string): string[] {
    return this.#distinct(suite, ({ subject }) => subject).sort();
  }

  #distinct(suite: string, of: (it: Measurement) => string): string[] {
    return [...new Set(this.measurements.filter((it) => it.suite === suite).map(of))];
  }
}

function isLine<T extends object>(line: unknown, member: keyof T): line is T {
  return typeof line === 'object' && line !== null && member in line;
}
