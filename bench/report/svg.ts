import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Of all plots: white lies behind them on a dark page too. */
const LOOK = { background: 'white', font: 'system-ui, sans-serif' } as const;

export function svgOf(plot: TopLevelSpec): Promise<string> {
  const { spec } = compile(plot, { config: LOOK });
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}
