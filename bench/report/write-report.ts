import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUITES } from '../suites/index.js';
import { aimsTable } from './aims-table.js';
import { writePlots } from './plots.js';
import { inMarkedPlace } from './marked-place.js';
import { machineText } from './machine-text.js';
import { roundsOf, type Results } from './results.js';
import { summaryOf } from './summary.js';
import { workloadTable } from './table.js';

/** Writes RESULTS.md and the plots beside it. */
export async function writeReport(results: Results, folder: string): Promise<void> {
  const plots = await writePlots(results, join(folder, 'plots'));
  const parts = [headOf(results), '## Aims', aimsTable(results)];
  const measured = new Set(results.suites());
  for (const { name: suite, title } of SUITES.filter(({ name }) => measured.has(name))) {
    parts.push(`## ${title}`);
    const plot = plots.get(suite);
    if (plot !== undefined) parts.push(`![${suite}](plots/${plot})`);
    for (const workload of results.workloads(suite)) {
      parts.push(`### ${workload}`, workloadTable(results, suite, workload));
    }
    const present = results.presences.filter((presence) => presence.suite === suite);
    const versions = present.map(({ subject, version }) => `${subject} (${version})`);
    if (versions.length > 0) parts.push(`Measured: ${versions.join('; ')}.`);
    const absent = results.absences.filter((absence) => absence.suite === suite);
    if (absent.length > 0) {
      parts.push(absent.map(({ subject, why }) => `- Without ${subject}: ${why}`).join('\n'));
    }
  }
  await writeFile(join(folder, 'RESULTS.md'), `${parts.join('\n\n')}\n`);
}

/** Puts the few figures that the project's README shows into it. */
export async function writeSummary(results: Results, readme: string): Promise<void> {
  const text = await readFile(readme, 'utf8');
  await writeFile(readme, inMarkedPlace(text, 'figures', summaryOf(results)));
}

function headOf({ runs }: Results): string {
  const made = runs.map((run) => {
    const suites = [...new Set(run.lines.map(({ suite }) => suite))].join(', ');
    const rounds = `${String(roundsOf(run))} rounds`;
    return `- ${suites}: ${rounds}. ${machineText(run.machine).replace('\n', ' ')}`;
  });
  return `# Results

Written by \`npm run bench\` (see [README](README.md) for the method).

${made.join('\n')}

Everything, load included, shares the cores. Medians of the rounds, with the least and the most in
brackets. CPU and memory are those of the subject's own processes; a library's are in "with load".
A load near one core ("of load") may be what limits.`;
}
