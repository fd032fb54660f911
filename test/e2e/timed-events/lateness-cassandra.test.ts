import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { measureLateness } from './lateness.js';

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  measureLateness(cassandraStorage, { perSecond: 200, warmUpSeconds: 10, p99MaxMs: 20_000 }),
);
