import type { Figure } from './figure.js';
import { markdownTable } from './markdown-table.js';
import type { Metric } from './metrics.js';
import type { Results } from './results.js';

interface Column {
  readonly title: string;
  readonly metric: Metric;
  readonly spread?: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'calls/s', metric: 'operationsPerSecond', spread: true },
  { title: 'events/s', metric: 'eventsPerSecond' },
  { title: 'p50 ms', metric: 'p50Ms' },
  { title: 'p90', metric: 'p90Ms' },
  { title: 'p99', metric: 'p99Ms', spread: true },
  { title: 'p99.9', metric: 'p999Ms' },
  { title: 'max', metric: 'maxMs' },
  { title: 'CPU s per 1,000', metric: 'cpuPer1000' },
  { title: 'with load', metric: 'totalCpuPer1000' },
  { title: 'cores', metric: 'cores' },
  { title: 'of load', metric: 'loadCores' },
  { title: 'MiB', metric: 'memoryMiB' },
  { title: 'errors', metric: 'errors' },
];

/** One workload of a suite: a row for each subject, medians with (least–most) of the rounds. */
export function workloadTable(results: Results, suite: string, workload: string): string {
  const rows = results
    .subjects(suite)
    .map((subject) => ({ subject, figures: figuresOf(results, suite, subject, workload) }))
    .filter(({ figures }) => figures.some((figure) => figure !== undefined))
    .sort((a, b) => (b.figures[1]?.median ?? 0) - (a.figures[1]?.median ?? 0));
  const used = COLUMNS.map((column, at) => ({ column, at })).filter(
    ({ at, column }) =>
      rows.some(({ figures }) => figures[at] !== undefined) &&
      (column.metric !== 'errors' || rows.some(({ figures }) => (figures[at]?.max ?? 0) > 0)),
  );
  return markdownTable({
    head: ['', ...used.map(({ column }) => column.title)],
    texts: 1,
    rows: rows.map(({ subject, figures }) => [
      subject,
      ...used.map(({ column, at }) => cell(figures[at], column)),
    ]),
  });
}

function figuresOf(
  results: Results,
  suite: string,
  subject: string,
  workload: string,
): (Figure | undefined)[] {
  return COLUMNS.map(({ metric }) => results.figure(suite, subject, workload, metric));
}

function cell(figure: Figure | undefined, { spread, metric }: Column): string {
  if (figure === undefined) return '–';
  if (metric === 'errors') return shortNumber(figure.max);
  const { median, min, max } = figure;
  if (spread !== true || min === max) return shortNumber(median);
  return `${shortNumber(median)} (${shortNumber(min)}–${shortNumber(max)})`;
}

/** Three figures that count, thousands apart. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.min(digits, 3),
  });
}
