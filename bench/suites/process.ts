import type { Suite } from '../model/suite.js';
import type { Workload } from '../model/workload.js';
import { cassadraEmbedded } from '../subjects/cassadra/cassadra-embedded.js';
import { cassadraOnCassandra } from '../subjects/cassadra/cassadra-on-cassandra.js';
import { emmettOnPostgres } from '../subjects/emmett-postgres/subject.js';
import { messageDb } from '../subjects/message-db/subject.js';
import { umadb } from '../subjects/umadb/subject.js';

const PROCESS: readonly Workload[] = [{ kind: 'start' }, { kind: 'rest' }];

export const processSuite: Suite = {
  name: 'process',
  title: 'Starting, and doing nothing',
  subjects: [cassadraEmbedded, umadb, emmettOnPostgres, messageDb],
  workloads: PROCESS,
  warmUpSeconds: 0,
};

/** Apart from the others: Cassandra has work of its own when nobody asks it anything. */
export const processCassandraSuite: Suite = {
  name: 'process-cassandra',
  title: 'The same on Cassandra, whose own CPU and memory are not counted',
  subjects: [cassadraOnCassandra(1)],
  workloads: PROCESS,
  warmUpSeconds: 0,
};
