import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { exerciseBackend } from '../conformance/event-log/index.js';
import { overTheWire } from './wire-backend/over-the-wire.js';

const cassandra = await cassandraForTests();
const liveEvents = process.env['CASSADRA_TEST_LONG'] === '1' ? 5_000 : 300;

if ('skip' in cassandra) {
  test('backend cassandra, through the client', { skip: cassandra.skip });
} else {
  const factory = overTheWire(cassandraUnderTest(cassandra.contactPoint));
  exerciseBackend('cassandra, through the client', factory, { liveEvents });
}
