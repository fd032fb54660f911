import { nameOf, type AppendWorkload, type Workload } from '../model/workload.js';
import type { Metric } from '../report/metrics.js';
import type { Results } from '../report/results.js';
import type { Aim } from './aim.js';

const EMBEDDED = 'Cassadra, embedded';
const CASSANDRA = 'Cassadra, Cassandra';
const TWO_SERVERS = 'Cassadra, Cassandra, 2 servers';
const TIMERS = 'Cassadra timers, embedded';
const TIMERS_CASSANDRA = 'Cassadra timers, Cassandra';

/** Where a figure stands. */
interface Spot {
  readonly suite: string;
  readonly subject: string;
  readonly workload: Workload;
  readonly metric: Metric;
}

const at = (results: Results, { suite, subject, workload, metric }: Spot): number | undefined =>
  results.figure(suite, subject, nameOf(workload), metric)?.median;

const single =
  (spot: Spot) =>
  (results: Results): number | undefined =>
    at(results, spot);

/** Ours by theirs, of one workload in one suite. */
const ratio =
  (spot: Spot, other: Partial<Spot>) =>
  (results: Results): number | undefined => {
    const ours = at(results, spot);
    const theirs = at(results, { ...spot, ...other });
    return ours === undefined || theirs === undefined ? undefined : ours / theirs;
  };

const least = (value: number): Aim['bound'] => ({ is: 'at least', value });
const most = (value: number): Aim['bound'] => ({ is: 'at most', value });

const unary: AppendWorkload = {
  ...{ kind: 'append', streams: 'new', clients: 64, batch: 1, call: 'unary' },
};
const hot: AppendWorkload = { ...unary, streams: 'one', clients: 32 };

function appendSpot(suite: string, workload: AppendWorkload): Spot {
  const subject = suite === 'append' ? EMBEDDED : CASSANDRA;
  return { suite, subject, workload, metric: 'eventsPerSecond' };
}

const EMBEDDED_APPENDS: readonly Aim[] = [
  {
    text: 'embedded: appends one by one, by the empty gRPC handler',
    bound: least(0.9),
    value: ratio(appendSpot('append', unary), { subject: 'empty gRPC handler' }),
  },
  ...[
    { text: 'one by one', workload: unary },
    { text: 'in batches of 100', workload: { ...unary, batch: 100, clients: 16 } },
    { text: 'through AppendMany', workload: { ...unary, call: 'stream' as const } },
  ].map(({ text, workload }) => ({
    text: `embedded: appends ${text}, by UmaDB one call each`,
    bound: least(1),
    value: ratio(appendSpot('append', workload), {
      subject: 'UmaDB',
      workload: { ...workload, call: 'unary' as const },
    }),
  })),
];

const cassandraAppend = appendSpot('append-cassandra', unary);

const CASSANDRA_APPENDS: readonly Aim[] = [
  {
    text: 'Cassandra: appends through its API, by the original server',
    bound: least(1),
    value: ratio(
      { ...cassandraAppend, workload: { ...unary, api: 'storegrpc' } },
      { subject: 'original Go server' },
    ),
  },
  {
    text: 'Cassandra: our CPU an append, by that of the raw driver',
    bound: most(2),
    value: ratio(
      { ...cassandraAppend, metric: 'cpuPer1000' },
      { subject: 'raw cassandra-driver', metric: 'totalCpuPer1000' },
    ),
  },
  {
    text: 'Cassandra: one hot stream with 32 writers (`any`), by the original server (exact)',
    bound: least(100),
    value: ratio(appendSpot('append-cassandra', hot), { subject: 'original Go server' }),
  },
];

const READS: readonly Aim[] = [
  { kind: 'load', events: 10, clients: 16 } as const,
  { kind: 'load', events: 1_000, clients: 4 } as const,
  { kind: 'load', events: 10_000, clients: 1 } as const,
  { kind: 'catch-up', events: 100_000 } as const,
].map((workload) => ({
  text: `Cassandra: ${nameOf(workload)}, by raw paging`,
  bound: least(0.8),
  value: ratio(
    { suite: 'read-cassandra', subject: CASSANDRA, workload, metric: 'eventsPerSecond' },
    { subject: 'raw cassandra-driver' },
  ),
}));

const delivery = { kind: 'delivery', perSecond: 200 } as const;

const DELIVERIES: readonly Aim[] = [
  { suite: 'delivery', subject: EMBEDDED, boundMs: 20 },
  { suite: 'delivery-cassandra', subject: CASSANDRA, boundMs: 100 },
  { suite: 'delivery-cassandra', subject: TWO_SERVERS, boundMs: 300 },
].map(({ suite, subject, boundMs }) => ({
  text: `${subject}: append to delivery at 200/s, p99 ms`,
  bound: most(boundMs),
  value: single({ suite, subject, workload: delivery, metric: 'p99Ms' }),
}));

const lateness = { kind: 'timer-lateness', perSecond: 200, kill: false } as const;
const fire: Spot = {
  ...{ suite: 'timers', subject: TIMERS, metric: 'eventsPerSecond' },
  workload: { kind: 'timer-fire', timers: 5_000 },
};

const TIMER_AIMS: readonly Aim[] = [
  ...[
    { suite: 'timers', subject: TIMERS, boundMs: 10 },
    { suite: 'timers-cassandra', subject: TIMERS_CASSANDRA, boundMs: 25 },
  ].map(({ suite, subject, boundMs }) => ({
    text: `${subject}: lateness at 200/s, p99 ms`,
    bound: most(boundMs),
    value: single({ suite, subject, workload: lateness, metric: 'p99Ms' }),
  })),
  ...['pg-boss', 'graphile-worker'].map((subject) => ({
    text: `embedded: timers fired a second, by ${subject}`,
    bound: least(1),
    value: ratio(fire, { subject }),
  })),
  {
    text: 'Cassandra: timers fired a second, by raw LWTs',
    bound: least(0.3),
    value: ratio(
      { ...fire, suite: 'timers-cassandra', subject: TIMERS_CASSANDRA },
      { subject: 'raw LWTs' },
    ),
  },
];

const START: Aim = {
  text: 'embedded: ready after its start, ms',
  bound: most(500),
  value: single({
    ...{ suite: 'process', subject: EMBEDDED, workload: { kind: 'start' }, metric: 'p50Ms' },
  }),
};

/** All that the project has set itself, in the order of the report. */
export const AIMS: readonly Aim[] = [
  ...EMBEDDED_APPENDS,
  ...CASSANDRA_APPENDS,
  ...READS,
  ...DELIVERIES,
  ...TIMER_AIMS,
  START,
];
