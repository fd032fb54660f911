import { exerciseTimedEvents } from './timed-events/index.js';
import { timedEventsEmbedded } from './timed-events-embedded.js';

exerciseTimedEvents('embedded', timedEventsEmbedded);
