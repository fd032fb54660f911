import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseRestart } from './restart.js';

describe('on a real Cassandra', { skip: skipCassandra }, () => exerciseRestart(cassandraStorage));
