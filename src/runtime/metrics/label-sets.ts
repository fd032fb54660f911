import type { MetricEntry } from './metric-entry.js';

type LabelSet = Readonly<Record<string, string>>;

/**
 * All combinations of labels, where each lists its values; else none. They are shown from the start
 * as 0: a rate does not see a series whose first value is already 1.
 */
export function labelSetsOf({ labels }: MetricEntry): readonly LabelSet[] {
  let sets: readonly LabelSet[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    if (typeof values === 'string') return [];
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}
