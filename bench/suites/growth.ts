import type { Suite } from '../model/suite.js';
import type { GrowthCall, GrowthOf, GrowthWorkload } from '../model/workload.js';
import { growthEmbedded, growthOnCassandra } from '../subjects/cassadra-growth/subjects.js';

/** At each size reads come first: they leave the size as it is. */
const CALLS: Readonly<Record<GrowthOf, readonly GrowthCall[]>> = {
  'events of a stream': ['read', 'append'],
  streams: ['read', 'append'],
  'events of a type': ['first page', 'middle page', 'last page', 'append'],
  'pending timers': ['timer-lateness', 'timer-add'],
  servers: ['append'],
};

function growth(of: GrowthOf, ...sizes: readonly number[]): GrowthWorkload[] {
  return sizes.flatMap((size) =>
    CALLS[of].map((call): GrowthWorkload => ({ kind: 'growth', of, size, call })),
  );
}

export const growthSuite: Suite = {
  name: 'growth',
  title: 'What grows with what, on the embedded store',
  subjects: [growthEmbedded],
  workloads: [
    ...growth('events of a stream', 10, 1_000, 100_000, 1_000_000),
    ...growth('streams', 1_000, 100_000, 1_000_000),
    ...growth('events of a type', 10_000, 100_000, 1_000_000),
    ...growth('servers', 1, 2),
    ...growth('pending timers', 1_000, 100_000),
    // what takes longest comes last
    ...growth('events of a type', 5_000_000),
    ...growth('pending timers', 1_000_000),
  ],
  warmUpSeconds: 0,
  onlyByName: true,
};

export const growthCassandraSuite: Suite = {
  name: 'growth-cassandra',
  title: 'What grows with what, on Cassandra',
  subjects: [growthOnCassandra],
  workloads: [
    ...growth('events of a stream', 10, 1_000, 10_000, 100_000),
    ...growth('streams', 1_000, 10_000),
    ...growth('events of a type', 10_000, 100_000),
    ...growth('pending timers', 1_000, 10_000),
    ...growth('servers', 1, 2),
  ],
  warmUpSeconds: 0,
  onlyByName: true,
};
