import {
  METRIC_CATALOGUE,
  openMetrics,
  systemClock,
  type MetricEntry,
} from '../../src/runtime/index.js';
import { Scraped } from '../support/scraped.js';

type Labels = ReadonlyMap<string, readonly string[] | 'any'>;

/** Prometheus adds them to what it scrapes. */
const OF_TARGETS = ['instance', 'job'] as const;

/** There is no sample of it before the first collection. */
const LABELS_OF_GC = { kind: '' };

/** Every series that a scrape of our servers may have, with its labels and their values. */
export async function knownSeries(): Promise<ReadonlyMap<string, Labels>> {
  const series = new Map<string, Labels>();
  const entries: readonly [string, MetricEntry][] = Object.entries(METRIC_CATALOGUE);
  for (const [name, { kind, labels }] of entries) {
    const known = withTargets(
      Object.entries(labels).map(([label, values]) => {
        return [label, typeof values === 'string' ? 'any' : values];
      }),
    );
    for (const each of namesOf(name, kind)) series.set(each, known);
  }
  for (const [name, labels] of await seriesOfNode()) series.set(name, labels);
  return series;
}

function namesOf(name: string, kind: string): readonly string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

/** What comes without our doing. */
async function seriesOfNode(): Promise<ReadonlyMap<string, Labels>> {
  const metrics = await openMetrics(systemClock, { ofProcess: true });
  const scraped = new Scraped(await metrics.text());
  const found = new Map<string, Labels>();
  for (const [name, kind] of scraped.kinds) {
    if (name.startsWith('cassadra_')) continue;
    for (const each of namesOf(name, kind)) {
      const labels =
        scraped.samples.filter((sample) => sample.name === each).at(0)?.labels ?? LABELS_OF_GC;
      found.set(each, withTargets(Object.keys(labels).map((label) => [label, 'any'])));
    }
  }
  return found;
}

function withTargets(own: readonly (readonly [string, readonly string[] | 'any'])[]): Labels {
  const added = [...OF_TARGETS, 'le'].map((label) => [label, 'any'] as const);
  return new Map([...own, ...added]);
}
