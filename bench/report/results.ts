import { readFileSync } from 'node:fs';
import type { Machine } from '../measure/machine.js';
import type { Absence, Line, Measurement, Presence } from '../model/measurement.js';
import { figureOf, type Figure } from './figure.js';
import { valueOf, type Metric } from './metrics.js';

/** A start of the benchmark, and what of it counts. */
export interface Run {
  readonly machine: Machine;
  readonly lines: readonly Line[];
}

/**
 * The lines of a file: of each run its machine, then its measurements and absences. Of a suite that
 * several runs have, the last one counts.
 */
export class Results {
  readonly runs: readonly Run[];
  readonly measurements: readonly Measurement[];
  readonly absences: readonly Absence[];
  readonly presences: readonly Presence[];

  constructor(file: string) {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    this.runs = whatCounts(runsOf(lines.map((line) => JSON.parse(line) as unknown)));
    const counting = this.runs.flatMap((run) => run.lines);
    this.measurements = counting.filter((line) => isLine<Measurement>(line, 'load'));
    this.absences = counting.filter((line) => isLine<Absence>(line, 'why'));
    this.presences = counting.filter((line) => isLine<Presence>(line, 'version'));
  }

  /** Undefined where nothing was measured. */
  figure(suite: string, subject: string, workload: string, metric: Metric): Figure | undefined {
    const measured = this.measurements.filter(
      (it) => it.suite === suite && it.subject === subject && it.workload === workload,
    );
    return figureOf(measured.map((it) => valueOf(it, metric)));
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

function runsOf(lines: readonly unknown[]): Run[] {
  const runs: { machine: Machine; lines: Line[] }[] = [];
  for (const line of lines) {
    if (isLine<Machine>(line, 'cpu')) runs.push({ machine: line, lines: [] });
    else if (isLine<Line>(line, 'suite')) runs.at(-1)?.lines.push(line);
  }
  return runs;
}

function whatCounts(runs: readonly Run[]): Run[] {
  const lastOf = new Map(runs.flatMap((run) => run.lines.map(({ suite }) => [suite, run])));
  return runs
    .map((run) => ({ ...run, lines: run.lines.filter(({ suite }) => lastOf.get(suite) === run) }))
    .filter(({ lines }) => lines.length > 0);
}

/** How often each measurement of a run was made. */
export function roundsOf({ lines }: Run): number {
  return Math.max(0, ...lines.map((line) => ('round' in line ? line.round : 0)));
}

function isLine<T extends object>(line: unknown, member: keyof T): line is T {
  return typeof line === 'object' && line !== null && member in line;
}
