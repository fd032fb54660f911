import type { Suite } from '../model/suite.js';
import type { Workload } from '../model/workload.js';
import { cassadraEmbedded } from '../subjects/cassadra/cassadra-embedded.js';
import { cassadraOnCassandra } from '../subjects/cassadra/cassadra-on-cassandra.js';
import { emmettOnPostgres } from '../subjects/emmett-postgres/subject.js';
import { messageDb } from '../subjects/message-db/subject.js';
import { umadb } from '../subjects/umadb/subject.js';

const DELIVERIES: readonly Workload[] = [50, 200, 500].map((perSecond) => ({
  kind: 'delivery',
  perSecond,
}));

export const deliverySuite: Suite = {
  name: 'delivery',
  title: 'From the call of an append to the handler of a reader by type',
  subjects: [cassadraEmbedded, umadb, emmettOnPostgres, messageDb],
  workloads: DELIVERIES,
  warmUpSeconds: 10,
};

export const deliveryCassandraSuite: Suite = {
  name: 'delivery-cassandra',
  title: 'The same on Cassandra, with one server and with two',
  subjects: [cassadraOnCassandra(1), cassadraOnCassandra(2)],
  workloads: DELIVERIES,
  warmUpSeconds: 60,
};
