import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseSameSecond } from './same-second.js';

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  exerciseSameSecond(cassandraStorage, 10_000),
);
