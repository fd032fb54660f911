import { describe } from 'node:test';
import { embeddedStorage } from '../storages.js';
import { exercisePause, exerciseTakeover } from './takeover.js';

describe('two pollers share a data directory', () => {
  exerciseTakeover(embeddedStorage);
  exercisePause({ pauseMs: 7_000, storage: embeddedStorage });
});
