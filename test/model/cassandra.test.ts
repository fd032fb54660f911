import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { exerciseDifferential } from './differential.js';

const cassandra = await cassandraForTests();
const long = process.env['CASSADRA_TEST_LONG'] === '1';

if ('skip' in cassandra) {
  test('model of cassandra', { skip: cassandra.skip });
} else {
  exerciseDifferential('cassandra', cassandraUnderTest(cassandra.contactPoint), {
    runs: long ? 200 : 20,
    length: 100,
    timeoutMs: long ? 1_800_000 : 240_000,
  });
}
