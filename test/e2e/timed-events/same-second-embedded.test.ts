import { embeddedStorage } from '../storages.js';
import { exerciseSameSecond } from './same-second.js';

exerciseSameSecond(embeddedStorage, { events: 10_000, aheadMs: 5_000 });
