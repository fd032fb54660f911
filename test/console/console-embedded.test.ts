import { embeddedStorage } from '../e2e/storages.js';
import { exerciseConsole } from './exercise-console.js';
import { exerciseTimers } from './exercise-timers.js';

exerciseConsole(embeddedStorage);
exerciseTimers(embeddedStorage);
