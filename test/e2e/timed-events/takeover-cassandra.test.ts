import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exercisePause, exerciseTakeover } from './takeover.js';

// at the same time: most of it is waiting
describe('two pollers share a keyspace', { skip: skipCassandra, concurrency: true }, () => {
  exerciseTakeover(cassandraStorage);
  exercisePause({ pauseMs: 20_000, storage: cassandraStorage });
});
