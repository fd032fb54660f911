import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseAttempts } from './attempts.js';

describe('on a real Cassandra', { skip: skipCassandra }, () => exerciseAttempts(cassandraStorage));
