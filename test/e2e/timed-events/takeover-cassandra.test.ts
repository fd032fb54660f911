import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exercisePause, exerciseTakeover } from './takeover.js';

describe('two pollers share a keyspace', { skip: skipCassandra }, () => {
  exerciseTakeover(cassandraStorage);
  exercisePause({ pauseMs: 20_000, storage: cassandraStorage });
});
