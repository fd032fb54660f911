import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly name: string;
  /** One for each time; undefined: nothing is known. */
  readonly values: readonly (number | undefined)[];
}

interface ChartProps {
  /** What it shows, in words that tell the newest values, too. */
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly unit: string;
}

const HEIGHT_PX = 180;
/** A shorter past is drawn as the end of this. */
const SPAN_MIN_S = 20;
/** Told apart in both schemes, also by who does not see all colours (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a8a8a'];

/** Lines over time. */
export function Chart({ label, timesMs, series, unit }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const names = series.map(({ name }) => name).join('\n');
  const data: uPlot.AlignedData = [
    timesMs.map((ms) => ms / 1_000),
    ...series.map(({ values }) => values.map((value) => value ?? null)),
  ];
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const made = new uPlot(optionsOf(current, series, unit), data, current);
    plot.current = made;
    const sizes = new ResizeObserver(() =>
      made.setSize({ width: widthOf(current), height: HEIGHT_PX }),
    );
    sizes.observe(current);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [names, unit]);
  useEffect(() => plot.current?.setData(data), [timesMs, series]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

function widthOf(element: HTMLElement): number {
  return Math.max(120, element.clientWidth);
}

function optionsOf(element: HTMLElement, series: readonly Series[], unit: string): uPlot.Options {
  const colour = getComputedStyle(element).color;
  const axis: uPlot.Axis = {
    stroke: colour,
    grid: { stroke: `${colour.replace(')', ' / 15%)')}` },
  };
  return {
    width: widthOf(element),
    height: HEIGHT_PX,
    legend: { live: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { range: (_, from, until) => [Math.min(from, until - SPAN_MIN_S), until] } },
    axes: [
      {
        ...axis,
        space: 80,
        values: (_, ticks) => ticks.map((it) => new Date(it * 1_000).toLocaleTimeString()),
      },
      { ...axis, size: 60, values: (_, ticks) => ticks.map((it) => `${String(it)}${unit}`) },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: COLOURS[index % COLOURS.length] ?? colour,
        width: 2,
        points: { show: false },
      })),
    ],
  };
}
