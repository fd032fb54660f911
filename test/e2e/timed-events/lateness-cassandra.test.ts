import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { measureLateness } from './lateness.js';

// An event costs Cassandra about 4 ms of processor time, so 200 a second are most of two cores:
// too much beside another test file.
const perSecond = process.env['CASSADRA_TEST_LONG'] === '1' ? 200 : 100;

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  measureLateness(cassandraStorage, { perSecond, warmUpSeconds: 10, p99MaxMs: 1_000 }),
);
