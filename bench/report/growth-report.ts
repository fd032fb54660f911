import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measurement } from '../model/measurement.js';
import { longStreams } from '../subjects/cassadra-growth/fill.js';
import { SUITES } from '../suites/index.js';
import { figureOf } from './figure.js';
import { growthSvg } from './growth-plot.js';
import { sizesOf, type Size } from './growth-sizes.js';
import { markdownTable } from './markdown-table.js';
import { machineText } from './machine-text.js';
import { inMarkedPlace } from './marked-place.js';
import { valueOf, type Metric } from './metrics.js';
import type { Results } from './results.js';
import { shortNumber } from './table.js';

const CALL_COLUMNS: Readonly<Record<string, Metric>> = {
  'a second': 'operationsPerSecond',
  'p50 ms': 'p50Ms',
  'p99 ms': 'p99Ms',
  // as many as seconds per 1,000
  'CPU ms each': 'cpuPer1000',
};

/** `size` is how many were filled in. */
const STORE_COLUMNS: Readonly<
  Record<string, (it: Measurement, size: number) => number | undefined>
> = {
  'filled, a second': ({ load }, size) => size / (load.grown?.fillSeconds ?? Number.NaN),
  'CPU s for it': ({ load }) => load.grown?.fillCpuSeconds,
  'MiB on disk': ({ load }) => load.grown?.dataMiB,
  'bytes each': ({ load }, size) =>
    load.grown?.dataMiB === undefined ? undefined : (load.grown.dataMiB * 2 ** 20) / size,
  'own memory MiB': ({ load }) => load.grown?.ownMemoryMiB,
  'ready after s': ({ load }) => (load.grown?.readyMs ?? Number.NaN) / 1000,
};

/**
 * Puts tables of the suites of growth that were measured in their places in the document, and
 * writes their plots.
 */
export async function writeGrowth(
  results: Results,
  { document, plots }: { readonly document: string; readonly plots: string },
): Promise<void> {
  const suites = SUITES.filter(({ onlyByName }) => onlyByName === true);
  const measured = suites.filter(({ name }) => results.suites().includes(name));
  if (measured.length === 0 || !existsSync(document)) return;
  await mkdir(plots, { recursive: true });
  let text = await readFile(document, 'utf8');
  for (const { name } of measured) {
    const svg = await growthSvg(results, name);
    if (svg !== undefined) await writeFile(join(plots, `${name}.svg`), `${svg}\n`);
    text = inMarkedPlace(text, name, tablesOf(results, name));
  }
  await writeFile(document, text);
}

function tablesOf(results: Results, suite: string): string {
  const sizes = sizesOf(results, suite);
  const kinds = [...new Set(sizes.map(({ of }) => of))];
  const heads = results.runs.map(({ machine }) => machineText(machine));
  const parts = kinds.flatMap((of) => {
    const rows = sizes.filter((it) => it.of === of).sort((a, b) => a.size - b.size);
    return [`### By ${of}`, callTable(rows), ...(of === 'servers' ? [] : [storeTable(rows)])];
  });
  return [...heads, ...parts].join('\n\n');
}

function callTable(sizes: readonly Size[]): string {
  const rows = sizes.flatMap(({ size, calls }) =>
    calls.map(({ call, measured }) => [
      ...[shortNumber(size), call],
      ...Object.values(CALL_COLUMNS).map((metric) =>
        cell(measured.map((it) => valueOf(it, metric))),
      ),
    ]),
  );
  return markdownTable({ head: ['size', 'call', ...Object.keys(CALL_COLUMNS)], rows, texts: 0 });
}

function storeTable(sizes: readonly Size[]): string {
  const rows = sizes.map(({ of, size, calls }) => {
    const measured = calls.flatMap((it) => it.measured);
    const filled = of === 'events of a stream' ? size * longStreams(size).length : size;
    const figures = Object.values(STORE_COLUMNS);
    return [
      shortNumber(size),
      ...figures.map((figure) => cell(measured.map((it) => figure(it, filled)))),
    ];
  });
  return markdownTable({ head: ['size', ...Object.keys(STORE_COLUMNS)], rows, texts: 0 });
}

/** The median. */
function cell(rounds: readonly (number | undefined)[]): string {
  const figure = figureOf(rounds);
  return figure === undefined ? '–' : shortNumber(figure.median);
}
