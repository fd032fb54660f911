import { after } from 'node:test';
import { CassandraUnavailableError, startCassandra } from '../cassandra/index.js';
import { CASSANDRA_ENV, testClusterOptions } from './test-cassandra-settings.js';

/** A Cassandra that tests may use ("host:port"), or the reason to skip them. */
export type CassandraForTests = { readonly contactPoint: string } | { readonly skip: string };

let own: Promise<CassandraForTests> | undefined;
let stopOwn: () => Promise<void> = async () => {};

// Here, at the root of whatever file imports this, and not below: called inside a test or a suite
// it would belong to that.
after(() => stopOwn());

/**
 * The Cassandra for this test file: the one that `npm test` shares among all files (so use a
 * keyspace of your own),
 * or, when the file is run by hand, one started now that is stopped after the tests of this
 * process.
 * Import it statically. Rejects when Cassandra should run here but did not start.
 */
export function cassandraForTests(): Promise<CassandraForTests> {
  own ??= fromEnv() ?? startOwn();
  return own;
}

function fromEnv(): Promise<CassandraForTests> | undefined {
  const contactPoint = process.env[CASSANDRA_ENV.contactPoint];
  if (contactPoint) return Promise.resolve({ contactPoint });
  const skip = process.env[CASSANDRA_ENV.skip];
  return skip ? Promise.resolve({ skip }) : undefined;
}

async function startOwn(): Promise<CassandraForTests> {
  try {
    const cluster = await startCassandra({ ...testClusterOptions(), log: console.error });
    stopOwn = () => cluster.stop();
    const [contactPoint = ''] = cluster.contactPoints;
    return { contactPoint };
  } catch (error) {
    if (error instanceof CassandraUnavailableError && process.env['CI'] !== 'true')
      return { skip: error.message };
    throw error;
  }
}
