import type { Suite } from '../model/suite.js';
import { appendCassandraSuite } from './append-cassandra.js';
import { appendSuite } from './append.js';
import { deliveryCassandraSuite, deliverySuite } from './delivery.js';
import { growthCassandraSuite, growthSuite } from './growth.js';
import { processCassandraSuite, processSuite } from './process.js';
import { readCassandraSuite, readSuite } from './read.js';
import { timersCassandraSuite, timersSuite } from './timers.js';

/** In the order in which they run. */
export const SUITES: readonly Suite[] = [
  processSuite,
  appendSuite,
  readSuite,
  deliverySuite,
  timersSuite,
  processCassandraSuite,
  appendCassandraSuite,
  readCassandraSuite,
  deliveryCassandraSuite,
  timersCassandraSuite,
  growthSuite,
  growthCassandraSuite,
];
