import type { TopLevelSpec } from 'vega-lite';
import { sizesOf } from './growth-sizes.js';
import { valueOf } from './metrics.js';
import type { Results } from './results.js';
import { svgOf } from './svg.js';

/** CPU of a call by size, a panel for each thing that grows. Undefined: nothing was measured. */
export async function growthSvg(results: Results, suite: string): Promise<string | undefined> {
  const values = sizesOf(results, suite)
    .filter(({ of }) => of !== 'servers')
    .flatMap(({ of, size, calls }) =>
      calls.flatMap(({ call, measured }) =>
        measured.flatMap((it) => {
          const cpuMs = valueOf(it, 'cpuPer1000');
          return cpuMs !== undefined && Number.isFinite(cpuMs) ? [{ of, size, call, cpuMs }] : [];
        }),
      ),
    );
  return values.length === 0 ? undefined : svgOf(specOf(values));
}

function specOf(values: readonly object[]): TopLevelSpec {
  const logarithmic = { type: 'quantitative', scale: { type: 'log' } } as const;
  return {
    title: { text: 'CPU of the server for a call, by size', anchor: 'start' },
    data: { values: [...values] },
    facet: { field: 'of', title: null },
    columns: 2,
    spec: {
      width: 300,
      height: 200,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'size', ...logarithmic, axis: { title: 'size', format: '~s' } },
        y: {
          field: 'cpuMs',
          ...logarithmic,
          aggregate: 'median',
          axis: { title: 'ms of CPU a call', format: '~g' },
        },
        color: { field: 'call', type: 'nominal', title: null },
      },
    },
  };
}
