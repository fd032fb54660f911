export { bytemanJar } from './byteman-jar.js';
export { cassandraJars, DEFAULT_CASSANDRA_VERSION } from './cassandra-jars.js';
export { CassandraCluster, startCassandra } from './cassandra-cluster.js';
export type { CassandraNode, NodeState } from './cassandra-node.js';
export { CassandraUnavailableError } from './cassandra-unavailable-error.js';
export type { CassandraHost, StartCassandraOptions } from './cluster-plan.js';
export type { CommitlogSync } from './node-plan.js';
