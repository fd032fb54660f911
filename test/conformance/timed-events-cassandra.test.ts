import { test } from 'node:test';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { timedEventsOnCassandra } from './timed-events-cassandra.js';
import { timedEventsInMemory } from './timed-events-memory.js';
import { exerciseCrowd, exerciseTimedEvents, exerciseTimedModel } from './timed-events/index.js';

const long = process.env['CASSADRA_TEST_LONG'] === '1';
const cassandra = await cassandraForTests();

if ('skip' in cassandra) {
  test('timed events cassandra', { skip: cassandra.skip });
} else {
  const factory = timedEventsOnCassandra(cassandra.contactPoint);
  exerciseTimedEvents('cassandra', factory);
  exerciseCrowd('cassandra', factory, {
    size: 2_000,
    addedAtOnce: 100,
    spreadMs: 1_000,
    withinMs: 1_000,
    timeoutMs: 120_000,
  });
  exerciseTimedModel(
    'cassandra',
    { reference: timedEventsInMemory, other: factory },
    { runs: long ? 200 : 30, length: long ? 100 : 40, timeoutMs: long ? 1_800_000 : 300_000 },
  );
}
