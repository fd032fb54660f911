import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plotSvg, type Plot } from './plot.js';
import type { Results } from './results.js';

const PLOTS: readonly (Omit<Plot, 'file' | 'workloads'> & { readonly only: RegExp })[] = [
  { suite: 'append', title: 'Appends, one machine', metric: 'eventsPerSecond', only: /^append/ },
  {
    suite: 'append-cassandra',
    title: 'Appends, Cassandra',
    metric: 'eventsPerSecond',
    only: /^append/,
  },
  { suite: 'read', title: 'Reading, one machine', metric: 'eventsPerSecond', only: /./ },
  { suite: 'read-cassandra', title: 'Reading, Cassandra', metric: 'eventsPerSecond', only: /./ },
  { suite: 'delivery', title: 'Append to delivery', metric: 'p99Ms', only: /./ },
  {
    suite: 'delivery-cassandra',
    title: 'Append to delivery, Cassandra',
    metric: 'p99Ms',
    only: /./,
  },
  { suite: 'timers', title: 'Lateness of timers', metric: 'p99Ms', only: /^timer-lateness/ },
  {
    suite: 'timers-cassandra',
    title: 'Lateness of timers, Cassandra',
    metric: 'p99Ms',
    only: /^timer-lateness/,
  },
].map((plot) => ({ ...plot, metric: plot.metric as Plot['metric'], log: true }));

/** Writes a plot for each suite that was measured; gives file names by suite. */
export async function writePlots(results: Results, folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true });
  const written = new Map<string, string>();
  for (const { only, ...rest } of PLOTS) {
    const workloads = results.workloads(rest.suite).filter((workload) => only.test(workload));
    const plot = { ...rest, workloads, file: `${rest.suite}.svg` };
    const svg = await plotSvg(results, plot);
    if (svg === undefined) continue;
    await writeFile(join(folder, plot.file), `${svg}\n`);
    written.set(plot.suite, plot.file);
  }
  return written;
}
