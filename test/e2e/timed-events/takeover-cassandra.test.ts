import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseKill, exercisePause } from './takeover.js';

describe('on a real Cassandra', { skip: skipCassandra }, () => {
  exerciseKill(cassandraStorage, 50);
  exercisePause(cassandraStorage, { perSecond: 40, pauseMs: 20_000, holdsUpOthers: false });
});
