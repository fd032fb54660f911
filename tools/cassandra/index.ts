export { CassandraCluster, startCassandra } from './cassandra-cluster.js';
export type { CassandraNode, NodeState } from './cassandra-node.js';
export { CassandraUnavailableError } from './cassandra-unavailable-error.js';
export type { StartCassandraOptions } from './cluster-plan.js';
export type { CommitlogSync } from './node-plan.js';
