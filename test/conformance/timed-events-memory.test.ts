import { exerciseTimedEvents } from './timed-events/index.js';
import { timedEventsInMemory } from './timed-events-memory.js';

exerciseTimedEvents('memory', timedEventsInMemory);
