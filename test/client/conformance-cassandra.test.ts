import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { exerciseBackend } from '../conformance/event-log/index.js';
import { overTheWire } from './wire-backend/over-the-wire.js';
import { WIRE_LIVE_EVENTS } from './wire-backend/wire-runs.js';

const cassandra = await cassandraForTests();

if ('skip' in cassandra) {
  test('backend cassandra, through the client', { skip: cassandra.skip });
} else {
  const factory = overTheWire(cassandraUnderTest(cassandra.contactPoint));
  const options = { liveEvents: WIRE_LIVE_EVENTS };
  exerciseBackend('cassandra, through the client', factory, options);
}
