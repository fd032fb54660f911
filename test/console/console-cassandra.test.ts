import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../e2e/cassandra-storage.js';
import { exerciseConsole } from './exercise-console.js';
import { exerciseTimers } from './exercise-timers.js';

describe('with Cassandra', { skip: skipCassandra }, () => {
  exerciseConsole(cassandraStorage);
  exerciseTimers(cassandraStorage);
});
