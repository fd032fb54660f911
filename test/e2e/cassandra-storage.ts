import { randomBytes } from 'node:crypto';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import type { StorageUnderTest } from './storages.js';

const found = await cassandraForTests();

/** Why there is no Cassandra here; false: there is one. */
export const skipCassandra = 'skip' in found ? found.skip : false;

/** Settings of the programs for a keyspace that no other test uses. */
export function cassandraEnvironment(): Readonly<Record<string, string>> {
  if ('skip' in found) throw new Error(found.skip);
  return {
    CASSANDRA_HOSTS: found.contactPoint,
    CASSANDRA_KEYSPACE: `e2e_${randomBytes(6).toString('hex')}`,
  };
}

/** Cassandra, where the server makes the tables. */
export const cassandraStorage: StorageUnderTest = {
  name: 'cassandra',
  prepare: () => Promise.resolve({ ...cassandraEnvironment(), CREATE_SCHEMA: 'true' }),
};
