import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { cassandraForTests } from '../test/cassandra-for-tests.js';
import { connectCql, targetFromEnv } from './cql-connection.js';
import { CqlStatementError, consistencyOf, runStatements } from './cql-run.js';
import { splitStatements } from './cql-statements.js';

const SCRIPT = `
CREATE KEYSPACE IF NOT EXISTS cql_tool WITH REPLICATION = {'class': 'SimpleStrategy', 'replication_factor': 1};
USE cql_tool;
CREATE TABLE IF NOT EXISTS events (id int, version int, payload text, current_version int STATIC, PRIMARY KEY (id, version));
TRUNCATE events; -- of an earlier run
BEGIN BATCH
INSERT INTO events (id, current_version) VALUES (1, 1) IF NOT EXISTS;
INSERT INTO events (id, version, payload) VALUES (1, 1, 'a;b');
APPLY BATCH;
UPDATE events SET current_version = 3 WHERE id = 1 IF current_version = 2;
SELECT * FROM events;
`;
const EXPECTED = `
 [applied]
-----------
      True

(1 rows)

 [applied] | current_version
-----------+-----------------
     False |               1

(1 rows)

 id | version | current_version | payload
----+---------+-----------------+---------
  1 |       1 |               1 |     a;b

(1 rows)`;

test('settings of the environment and names of consistencies', () => {
  assert.deepEqual(targetFromEnv({}), { contactPoints: ['127.0.0.1:9042'] });
  assert.deepEqual(
    targetFromEnv({
      CASSANDRA_HOSTS: ' a:1, b ,',
      CASSANDRA_DC: 'DC1',
      CASSANDRA_USERNAME: 'u',
      CASSANDRA_PASSWORD: 'p',
    }),
    {
      contactPoints: ['a:1', 'b'],
      dataCenter: 'DC1',
      credentials: { username: 'u', password: 'p' },
    },
  );
  assert.equal(consistencyOf('local_quorum'), types.consistencies.localQuorum);
  assert.throws(() => consistencyOf('most'), /unknown consistency "most": one of .*LOCAL_QUORUM/);
});

const cassandra = await cassandraForTests();
const skip = 'skip' in cassandra ? cassandra.skip : false;
const contactPoints = 'contactPoint' in cassandra ? [cassandra.contactPoint] : [];

test('statements are run in order, their rows printed, and the first that fails is named', {
  skip,
}, async () => {
  const client = await connectCql({ contactPoints });
  try {
    const printed: string[] = [];
    const options = {
      consistency: types.consistencies.one,
      json: false,
      print: (text: string) => printed.push(text),
      warn: () => {},
    };
    await runStatements(client, splitStatements(SCRIPT), options);
    assert.equal(printed.join('\n'), EXPECTED);
    printed.length = 0;
    await runStatements(client, ['SELECT id, payload FROM events'], { ...options, json: true });
    assert.deepEqual(printed, ['{"id":1,"payload":"a;b"}']);
    const failing = runStatements(
      client,
      ['SELECT nothing FROM events', 'TRUNCATE events'],
      options,
    );
    await assert.rejects(
      failing,
      (error) =>
        error instanceof CqlStatementError && /in: SELECT nothing FROM events$/.test(error.message),
    );
  } finally {
    await client.shutdown();
  }
});

test('a data centre that is not there is refused by name', { skip }, async () => {
  await assert.rejects(
    connectCql({ contactPoints, dataCenter: 'nowhere' }),
    /no data centre nowhere, only datacenter1/,
  );
});
