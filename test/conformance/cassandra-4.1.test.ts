import { after, test } from 'node:test';
import {
  CassandraUnavailableError,
  startCassandra,
  type CassandraCluster,
} from '../../tools/cassandra/index.js';
import { cassandraUnderTest } from './cassandra-under-test.js';
import { exerciseBackend } from './event-log/index.js';

/** The newest of the oldest line that is supported; boots on the same Java as 5.0. */
const VERSION = '4.1.10';

let cluster: CassandraCluster | undefined;
after(() => cluster?.stop());

async function contactPoint(): Promise<string | undefined> {
  try {
    cluster = await startCassandra({ version: VERSION });
    return cluster.contactPoints[0];
  } catch (error) {
    if (error instanceof CassandraUnavailableError && process.env['CI'] !== 'true')
      return undefined;
    throw error;
  }
}

const place = await contactPoint();
if (place === undefined) test(`backend cassandra ${VERSION}`, { skip: 'no Java or Maven' });
else exerciseBackend(`cassandra ${VERSION}`, cassandraUnderTest(place), { liveEvents: 2_000 });
