import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { exerciseDifferential } from '../model/differential.js';
import { overTheWire } from './wire-backend/over-the-wire.js';

const cassandra = await cassandraForTests();
const long = process.env['CASSADRA_TEST_LONG'] === '1';

if ('skip' in cassandra) {
  test('model of cassandra, through the client', { skip: cassandra.skip });
} else {
  const factory = overTheWire(cassandraUnderTest(cassandra.contactPoint));
  const options = { runs: long ? 100 : 10, length: 100, timeoutMs: long ? 1_800_000 : 240_000 };
  exerciseDifferential('cassandra, through the client', factory, options);
}
