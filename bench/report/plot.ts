import type { TopLevelSpec } from 'vega-lite';
import type { Metric } from './metrics.js';
import type { Results } from './results.js';
import { svgOf } from './svg.js';

export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly suite: string;
  readonly workloads: readonly string[];
  readonly metric: Metric;
  /** On a scale of powers of ten. */
  readonly log?: boolean;
}

const AXIS: Readonly<Partial<Record<Metric, string>>> = {
  eventsPerSecond: 'events per second, median and range of the rounds',
  p99Ms: 'p99 in ms, median and range of the rounds',
};

/** Bars for each subject, a panel for each workload. Undefined where nothing was measured. */
export async function plotSvg(results: Results, plot: Plot): Promise<string | undefined> {
  const values = plot.workloads.flatMap((workload) =>
    results.subjects(plot.suite).flatMap((subject) => {
      const figure = results.figure(plot.suite, subject, workload, plot.metric);
      return figure === undefined ? [] : [{ workload, subject, ...figure }];
    }),
  );
  return values.length === 0 ? undefined : svgOf(specOf(plot, values));
}

function specOf(plot: Plot, values: readonly object[]): TopLevelSpec {
  const scale = plot.log === true ? ({ type: 'log', nice: true } as const) : { nice: true };
  const title = AXIS[plot.metric] ?? plot.metric;
  const y = { field: 'subject', type: 'nominal', title: null } as const;
  const x = { type: 'quantitative', scale, axis: { title, format: '~s', grid: true } } as const;
  return {
    title: { text: plot.title, anchor: 'start' },
    data: { values: [...values] },
    facet: {
      row: { field: 'workload', title: null, header: { labelAngle: 0, labelAlign: 'left' } },
    },
    spec: {
      width: 520,
      height: { step: 18 },
      layer: [
        {
          mark: { type: 'tick', thickness: 4, size: 14 },
          encoding: { y, x: { ...x, field: 'median' }, color: { field: 'subject', legend: null } },
        },
        { mark: 'rule', encoding: { y, x: { ...x, field: 'min' }, x2: { field: 'max' } } },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  };
}
