import { nameOf, type Workload } from '../model/workload.js';
import { machineText } from './machine-text.js';
import { markdownTable } from './markdown-table.js';
import type { Metric } from './metrics.js';
import { roundsOf, type Results } from './results.js';
import { shortNumber } from './table.js';

interface Row {
  readonly text: string;
  readonly suite: string;
  readonly workload: Workload;
  readonly metric: Metric;
}

interface Summary {
  readonly title: string;
  /** Column titles and the subjects that stand in them. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

const append = { kind: 'append', streams: 'new', clients: 64, batch: 1, call: 'unary' } as const;
const fire = { kind: 'timer-fire', timers: 5_000 } as const;
const lateness = { kind: 'timer-lateness', perSecond: 200, kill: false } as const;
const delivery = { kind: 'delivery', perSecond: 200 } as const;

const APPEND_ROWS: readonly Omit<Row, 'suite'>[] = [
  { text: 'appends/s, 64 clients', workload: append, metric: 'eventsPerSecond' },
  {
    text: 'appends/s to one stream, 32 clients',
    workload: { ...append, streams: 'one', clients: 32 },
    metric: 'eventsPerSecond',
  },
  {
    text: 'events/s in batches of 100, 16 clients',
    workload: { ...append, batch: 100, clients: 16 },
    metric: 'eventsPerSecond',
  },
];

const STOREGRPC_ROW: Omit<Row, 'suite'> = {
  text: "appends/s through the original's API, 64 clients",
  workload: { ...append, api: 'storegrpc' },
  metric: 'eventsPerSecond',
};

const READ_ROWS: readonly Omit<Row, 'suite'>[] = [
  {
    text: 'events/s, whole streams of 1,000',
    workload: { kind: 'load', events: 1_000, clients: 4 },
    metric: 'eventsPerSecond',
  },
  {
    text: 'events/s, catch-up by type',
    workload: { kind: 'catch-up', events: 100_000 },
    metric: 'eventsPerSecond',
  },
];

const DELIVERY_ROW: Omit<Row, 'suite'> = {
  text: 'append to delivery at 200/s, p99 ms',
  workload: delivery,
  metric: 'p99Ms',
};

const TIMER_ROWS: readonly Omit<Row, 'suite'>[] = [
  { text: 'timers fired/s', workload: fire, metric: 'eventsPerSecond' },
  { text: 'lateness at 200/s, p50 ms', workload: lateness, metric: 'p50Ms' },
  { text: 'lateness at 200/s, p99 ms', workload: lateness, metric: 'p99Ms' },
];

const of = (suite: string, ...rows: readonly Omit<Row, 'suite'>[]): Row[] =>
  rows.map((row) => ({ ...row, suite }));

const SUMMARIES: readonly Summary[] = [
  {
    title: 'Events on one machine',
    columns: {
      Cassadra: 'Cassadra, embedded',
      UmaDB: 'UmaDB',
      'Emmett, PostgreSQL': 'Emmett on PostgreSQL',
      'message-db': 'message-db',
      'empty handler': 'empty gRPC handler',
      'raw LMDB': 'raw LMDB',
    },
    rows: [
      ...of('append', ...APPEND_ROWS),
      ...of('read', ...READ_ROWS),
      ...of('delivery', DELIVERY_ROW),
    ],
  },
  {
    title: 'Events on Cassandra',
    columns: {
      Cassadra: 'Cassadra, Cassandra',
      'original server': 'original Go server',
      'raw driver': 'raw cassandra-driver',
    },
    rows: [
      ...of('append-cassandra', STOREGRPC_ROW, ...APPEND_ROWS),
      ...of('read-cassandra', ...READ_ROWS),
      ...of('delivery-cassandra', DELIVERY_ROW),
    ],
  },
  {
    title: 'Timers on one machine',
    columns: {
      Cassadra: 'Cassadra timers, embedded',
      'BullMQ, Redis': 'BullMQ on Redis',
      'pg-boss': 'pg-boss',
      'graphile-worker': 'graphile-worker',
    },
    rows: of('timers', ...TIMER_ROWS),
  },
  {
    title: 'Timers on Cassandra',
    columns: { Cassadra: 'Cassadra timers, Cassandra', 'raw LWTs': 'raw LWTs' },
    rows: of('timers-cassandra', ...TIMER_ROWS),
  },
];

/** What the project's README shows of a run. */
export function summaryOf(results: Results): string {
  const tables = SUMMARIES.flatMap((summary) => tableOf(results, summary) ?? []);
  return [methodOf(results), ...tables].join('\n\n');
}

function methodOf(results: Results): string {
  const rounds = Math.min(...results.runs.map(roundsOf));
  const machines = new Set(results.runs.map(({ machine }) => machineText(machine)));
  return `${[...machines].join('\n')}
Medians of at least ${String(rounds)} interleaved rounds; the load shares the cores with what it
measures. All but the handler that does nothing answer after a flush to the disk; an event has 256
bytes.`;
}

/** Undefined when nothing of it was measured. */
function tableOf(results: Results, { title, columns, rows }: Summary): string | undefined {
  const subjects = Object.values(columns);
  const measured = rows.flatMap(({ text, suite, workload, metric }) => {
    const cells = subjects.map((subject) => {
      const figure = results.figure(suite, subject, nameOf(workload), metric);
      return figure === undefined ? '–' : shortNumber(figure.median);
    });
    return cells.some((cell) => cell !== '–') ? [[text, ...cells]] : [];
  });
  if (measured.length === 0) return undefined;
  return markdownTable({ head: [title, ...Object.keys(columns)], rows: measured, texts: 1 });
}
