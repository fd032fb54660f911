import { randomBytes } from 'node:crypto';
import { CASSANDRA_DEFAULTS, openCassandra } from '../../src/backends/cassandra/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { BackendFactory, BackendUnderTest } from './event-log/index.js';

/** Opens a keyspace of its own at each call; the test Cassandra takes its data with it. */
export function cassandraUnderTest(contactPoint: string): BackendFactory {
  return () => open(contactPoint, `kit_${randomBytes(6).toString('hex')}`);
}

async function open(contactPoint: string, keyspace: string): Promise<BackendUnderTest> {
  const contactPoints = [contactPoint];
  const settings = { ...CASSANDRA_DEFAULTS, contactPoints, keyspace, createSchema: true };
  const backend = await openCassandra(settings, systemComponents(silentLogger));
  return {
    backend,
    async reopen() {
      await backend.close();
      return open(contactPoint, keyspace);
    },
    cleanup: () => backend.close(),
  };
}
