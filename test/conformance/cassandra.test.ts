import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from './cassandra-under-test.js';
import { exerciseBackend } from './event-log/index.js';

const cassandra = await cassandraForTests();
const long = process.env['CASSADRA_TEST_LONG'] === '1';

if ('skip' in cassandra) {
  test('backend cassandra', { skip: cassandra.skip });
} else {
  exerciseBackend('cassandra', cassandraUnderTest(cassandra.contactPoint), {
    liveEvents: long ? 20_000 : 2_000,
  });
}
