import { describe } from 'node:test';
import { cassandraStorage as storage, skipCassandra } from '../cassandra-storage.js';
import { sizeOf } from './chaos-size.js';
import { exerciseSubscriberKills } from './subscriber-kills.js';

describe('on a real Cassandra', { skip: skipCassandra }, () =>
  exerciseSubscriberKills({
    storage,
    ordered: false,
    servers: 2,
    ...sizeOf({ events: 2_000, kills: 10 }, { events: 10_000, kills: 50 }),
  }),
);
