import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseSameSecond } from './same-second.js';

// ten thousand take most of a minute
const crowd =
  process.env['CASSADRA_TEST_LONG'] === '1'
    ? { events: 10_000, aheadMs: 12_000 }
    : { events: 3_000, aheadMs: 5_000 };

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  exerciseSameSecond(cassandraStorage, crowd),
);
