import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasPassed, type Verdict } from '../verdict.js';

/** Adds a run to `FILE.jsonl` and writes the table of all runs there to `FILE`. */
export async function addToSummary(file: string, verdict: Verdict): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const log = `${file}.jsonl`;
  await appendFile(log, `${JSON.stringify(verdict)}\n`);
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  // every line was written above
  await writeFile(file, summaryText(lines.map((line) => JSON.parse(line) as Verdict)));
}

/** The table of runs as Markdown. */
export function summaryText(verdicts: readonly Verdict[]): string {
  const of = (pick: (verdict: Verdict) => number): number =>
    verdicts.reduce((sum, verdict) => sum + pick(verdict), 0);
  const operations = total(verdicts, (verdict) => verdict.operations);
  const facts: [string, string][] = [
    ['runs', `${verdicts.length}, ${verdicts.filter(hasPassed).length} passed`],
    ['hours of faults', (of((verdict) => verdict.faultSeconds) / 3600).toFixed(2)],
    ['hours in all', (of((verdict) => verdict.totalSeconds) / 3600).toFixed(2)],
    ['operations', String(sumOf(operations))],
    ['faults fired', String(sumOf(total(verdicts, (verdict) => verdict.faults)))],
    ['precise scenarios played', String(of((verdict) => verdict.scenarios))],
    ['violations', String(of((verdict) => verdict.violations.length))],
    ['commits', [...new Set(verdicts.map((verdict) => verdict.commit))].join(', ')],
  ];
  return [
    '# Runs with faults',
    '',
    'Written by `npm run test:faults -- --summary`; one line a run in the `.jsonl` file beside it.',
    '',
    ...markdown(['in all', ''], facts),
    '',
    ...markdown(['operation and its end', 'count'], sorted(operations)),
    '',
    ...markdown(['fault', 'fired'], sorted(total(verdicts, (verdict) => verdict.faults))),
    '',
    ...markdown(['checks', 'figure'], sorted(figuresOf(verdicts))),
    '',
    ...runTable(verdicts),
    '',
  ].join('\n');
}

/** Figures that are a highest or a percentile do not add up: the worst of all runs stands. */
function figuresOf(verdicts: readonly Verdict[]): Map<string, number> {
  const figures = new Map<string, number>();
  for (const verdict of verdicts) {
    for (const [name, figure] of Object.entries(verdict.figures)) {
      const before = figures.get(name) ?? 0;
      const worst = /worst|p99|longest/.test(name);
      figures.set(name, worst ? Math.max(before, figure) : before + figure);
    }
  }
  return figures;
}

function runTable(verdicts: readonly Verdict[]): string[] {
  const rows = verdicts.map((verdict) => [
    verdict.startedAt.slice(0, 16),
    verdict.world,
    String(verdict.seed),
    verdict.faultSeconds.toFixed(0),
    String(sumOf(new Map(Object.entries(verdict.operations)))),
    String(sumOf(new Map(Object.entries(verdict.faults)))),
    String(verdict.pairs),
    String(verdict.violations.length),
    hasPassed(verdict) ? 'pass' : 'FAIL',
  ]);
  const head = ['started (UTC)', 'world', 'seed', 'seconds', 'operations', 'faults', 'pairs'];
  return markdown([...head, 'violations', 'verdict'], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function total(
  verdicts: readonly Verdict[],
  pick: (verdict: Verdict) => Readonly<Record<string, number>>,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const verdict of verdicts) {
    for (const [name, count] of Object.entries(pick(verdict))) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return sums;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function sorted(counts: ReadonlyMap<string, number>): [string, string][] {
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, count]) => [name, Number.isInteger(count) ? String(count) : count.toFixed(1)]);
}
