import type { Results } from '../report/results.js';

/** A figure of a run against a bound that was set before it. */
export interface Aim {
  readonly text: string;
  readonly bound: { readonly is: 'at least' | 'at most'; readonly value: number };
  /** Undefined: the run has not measured it. */
  readonly value: (results: Results) => number | undefined;
}

/** `not measured` is a miss too, where the suites of the aim were to run. */
export type Verdict =
  | { readonly kind: 'met' | 'missed'; readonly value: number }
  | { readonly kind: 'not measured' };

export function judge(aim: Aim, results: Results): Verdict {
  const value = aim.value(results);
  if (value === undefined || !Number.isFinite(value)) return { kind: 'not measured' };
  const { is, value: bound } = aim.bound;
  const met = is === 'at least' ? value >= bound : value <= bound;
  return { kind: met ? 'met' : 'missed', value };
}
