import type { Suite } from '../model/suite.js';
import type { Workload } from '../model/workload.js';
import { cassadraEmbedded } from '../subjects/cassadra/cassadra-embedded.js';
import { cassadraOnCassandra } from '../subjects/cassadra/cassadra-on-cassandra.js';
import { emmettOnPostgres } from '../subjects/emmett-postgres/subject.js';
import { emmettOnSqlite } from '../subjects/emmett-sqlite/subject.js';
import { messageDb } from '../subjects/message-db/subject.js';
import { originalServer } from '../subjects/original/subject.js';
import { rawDriver } from '../subjects/raw-driver/subject.js';
import { rawLmdb } from '../subjects/raw-lmdb/subject.js';
import { umadb } from '../subjects/umadb/subject.js';

const READS: readonly Workload[] = [
  { kind: 'load', events: 10, clients: 16 },
  { kind: 'load', events: 1_000, clients: 4 },
  { kind: 'load', events: 10_000, clients: 1 },
  { kind: 'catch-up', events: 100_000 },
];

export const readSuite: Suite = {
  name: 'read',
  title: 'Reading on one machine: whole streams, and all events of a type',
  subjects: [cassadraEmbedded, rawLmdb, umadb, emmettOnPostgres, emmettOnSqlite, messageDb],
  workloads: READS,
  warmUpSeconds: 5,
};

export const readCassandraSuite: Suite = {
  name: 'read-cassandra',
  title: 'Reading on Cassandra',
  subjects: [cassadraOnCassandra(1), originalServer, rawDriver],
  workloads: READS,
  warmUpSeconds: 60,
};
