import { describe } from 'node:test';
import { cassandraStorage as storage, skipCassandra } from '../cassandra-storage.js';
import { sizeOf } from './chaos-size.js';
import { exerciseServerKills } from './server-kills.js';

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  exerciseServerKills({
    storage,
    ordered: false,
    servers: 2,
    ...sizeOf({ events: 2_000, kills: 4 }, { events: 10_000, kills: 50 }),
  }),
);
