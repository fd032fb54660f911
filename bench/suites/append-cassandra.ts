import type { Suite } from '../model/suite.js';
import type { AppendWorkload } from '../model/workload.js';
import { cassadraOnCassandra } from '../subjects/cassadra/cassadra-on-cassandra.js';
import { originalServer } from '../subjects/original/subject.js';
import { rawDriver } from '../subjects/raw-driver/subject.js';
import { APPENDS } from './append.js';

const append = { kind: 'append', streams: 'new', clients: 64, batch: 1, call: 'unary' } as const;

/** The same calls by the same load on Cassadra and on the original server. */
const STOREGRPC: readonly AppendWorkload[] = [
  { ...append, api: 'storegrpc' },
  { ...append, streams: 'one', clients: 32, api: 'storegrpc' },
];

export const appendCassandraSuite: Suite = {
  name: 'append-cassandra',
  title: 'Appends on Cassandra',
  subjects: [cassadraOnCassandra(1), originalServer, rawDriver],
  workloads: [...STOREGRPC, ...APPENDS, { ...append, streams: 'one', clients: 1 }],
  warmUpSeconds: 60,
};
