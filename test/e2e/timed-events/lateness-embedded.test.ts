import { embeddedStorage } from '../storages.js';
import { measureLateness } from './lateness.js';

measureLateness(embeddedStorage, { perSecond: 200, p99MaxMs: 250 });
