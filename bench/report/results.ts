import { readFileSync } from 'node:fs';
import type { Machine } from '../measure/machine.js';
import type { Absence, Measurement, Presence } from '../model/measurement.js';
import { figureOf, type Figure } from './figure.js';
import { valueOf, type Metric } from './metrics.js';

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
    const measured = this.measurements.filter(
      (it) => it.suite === suite && it.subject === subject && it.workload === workload,
    );
    return figureOf(measured.map((it) => valueOf(it, metric)));
  }

  get rounds(): number {
    return Math.max(0, ...this.measurements.map(({ round }) => round));
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
