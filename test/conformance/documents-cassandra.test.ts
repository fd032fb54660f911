import { test } from 'node:test';
import { randomBytes } from 'node:crypto';
import { CASSANDRA_DEFAULTS, openCassandra } from '../../src/backends/cassandra/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { exerciseDocuments, type DocumentsUnderTest } from './documents/index.js';

const cassandra = await cassandraForTests();

if ('skip' in cassandra) {
  test('documents cassandra', { skip: cassandra.skip });
} else {
  const { contactPoint } = cassandra;
  // a keyspace of its own; the test Cassandra takes its data with it
  const keyspace = `documents_${randomBytes(6).toString('hex')}`;
  exerciseDocuments('cassandra', () => open(contactPoint, keyspace));
}

async function open(contactPoint: string, keyspace: string): Promise<DocumentsUnderTest> {
  const contactPoints = [contactPoint];
  const settings = { ...CASSANDRA_DEFAULTS, contactPoints, keyspace, createSchema: true };
  const backend = await openCassandra(settings, systemComponents(silentLogger));
  const close = (): Promise<void> => backend.close();
  return {
    documents: backend.documents,
    beside: () => open(contactPoint, keyspace),
    close,
    async reopen() {
      await close();
      return open(contactPoint, keyspace);
    },
    cleanup: close,
  };
}
