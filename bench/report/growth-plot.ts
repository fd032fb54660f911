import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { sizesOf } from './growth-sizes.js';
import type { Results } from './results.js';

/** CPU of a call by size, a panel for each thing that grows. Undefined: nothing was measured. */
export async function growthSvg(results: Results, suite: string): Promise<string | undefined> {
  const values = sizesOf(results, suite)
    .filter(({ of }) => of !== 'servers')
    .flatMap(({ of, size, calls }) =>
      calls.flatMap(({ call, measured }) =>
        measured.flatMap(({ load, cpuSeconds }) =>
          cpuSeconds === undefined || load.operations === 0
            ? []
            : [{ of, size, call, cpuMs: (cpuSeconds / load.operations) * 1000 }],
        ),
      ),
    );
  if (values.length === 0) return undefined;
  const { spec } = compile(specOf(values));
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}

function specOf(values: readonly object[]): TopLevelSpec {
  const logarithmic = { type: 'quantitative', scale: { type: 'log' } } as const;
  return {
    title: { text: 'CPU of the server for a call, by size', anchor: 'start' },
    background: 'white',
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
    config: { font: 'system-ui, sans-serif' },
  };
}
