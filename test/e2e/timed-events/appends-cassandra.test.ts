import { describe } from 'node:test';
import { cassandraStorage, skipCassandra } from '../cassandra-storage.js';
import { exerciseAppends } from './appends.js';

describe('on a real Cassandra', { skip: skipCassandra }, () => exerciseAppends(cassandraStorage));
