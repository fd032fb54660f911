import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../conformance/cassandra-under-test.js';
import { exerciseDifferential } from '../model/differential.js';
import { overTheWire } from './wire-backend/over-the-wire.js';
import { WIRE_RUNS } from './wire-backend/wire-runs.js';

const cassandra = await cassandraForTests();

if ('skip' in cassandra) {
  test('model of cassandra, through the client', { skip: cassandra.skip });
} else {
  const factory = overTheWire(cassandraUnderTest(cassandra.contactPoint));
  exerciseDifferential('cassandra, through the client', factory, WIRE_RUNS);
}
