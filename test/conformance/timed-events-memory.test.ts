import { exerciseCrowd, exerciseTimedEvents } from './timed-events/index.js';
import { timedEventsInMemory } from './timed-events-memory.js';

exerciseTimedEvents('memory', timedEventsInMemory);
exerciseCrowd('memory', timedEventsInMemory, {
  size: 100_000,
  addedAtOnce: 2_000,
  spreadMs: 0,
  withinMs: 1_000,
  timeoutMs: 60_000,
});
