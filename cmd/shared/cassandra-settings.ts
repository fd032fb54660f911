import { CASSANDRA_DEFAULTS, type CassandraSettings } from '../../src/backends/cassandra/index.js';
import { cassandraAccess, type CassandraVariables } from '../../src/runtime/index.js';

/**
 * The Cassandra backend's settings from the variables; limits of appends are the defaults. Reads
 * the files that they name: throws SettingsError.
 */
export function cassandraSettingsOf(variables: CassandraVariables): CassandraSettings {
  return {
    ...CASSANDRA_DEFAULTS,
    contactPoints: variables.CASSANDRA_HOSTS ?? CASSANDRA_DEFAULTS.contactPoints,
    localDataCenter: variables.CASSANDRA_DC,
    keyspace: variables.CASSANDRA_KEYSPACE,
    ...cassandraAccess(variables),
    createSchema: variables.CREATE_SCHEMA,
    replication: variables.CASSANDRA_REPLICATION,
    writeConsistency: variables.CASSANDRA_WRITE_QUORUM,
    readConsistency: variables.CASSANDRA_READ_QUORUM,
    serialConsistency: variables.CASSANDRA_SERIAL_CONSISTENCY,
    foreignWriters: variables.FOREIGN_WRITERS,
    feedDelayMs: variables.FEED_DELAY_MS,
    maxClockSkewMs: variables.MAX_CLOCK_SKEW_MS,
  };
}
