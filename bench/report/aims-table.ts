import { judge, type Verdict } from '../aims/aim.js';
import { AIMS } from '../aims/aims.js';
import type { Measurement } from '../model/measurement.js';
import { markdownTable } from './markdown-table.js';
import type { Results } from './results.js';
import { shortNumber } from './table.js';

export function aimsTable(results: Results): string {
  const rows = AIMS.map((aim) => {
    const bound = `${aim.bound.is} ${String(aim.bound.value)}`;
    return [aim.text, bound, shown(judge(aim, results))];
  });
  return markdownTable({ head: ['aim', 'bound', 'this run'], rows, texts: 3 });
}

/**
 * A line for each aim that was missed: by its figure, or because a run of all suites has not
 * measured it; and one for each of our own runs that had errors.
 */
export function missedAims(results: Results, allSuites: boolean): string[] {
  const missed = AIMS.flatMap((aim) => {
    const verdict = judge(aim, results);
    if (verdict.kind === 'not measured') return allSuites ? [`${aim.text}: not measured`] : [];
    const { is, value } = aim.bound;
    if (verdict.kind === 'met') return [];
    return [`${aim.text}: ${shortNumber(verdict.value)}, not ${is} ${String(value)}`];
  });
  const faulty = results.measurements.filter(
    ({ subject, load }) => subject.startsWith('Cassadra') && load.errors > 0,
  );
  return [...missed, ...faulty.map(errorsOf)];
}

function errorsOf({ subject, workload, load }: Measurement): string {
  return `${subject}, ${workload}: ${String(load.errors)} errors`;
}

function shown(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'met':
      return shortNumber(verdict.value);
    case 'missed':
      return `**${shortNumber(verdict.value)}**`;
    case 'not measured':
      return 'not measured';
  }
}
