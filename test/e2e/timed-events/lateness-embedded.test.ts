import { embeddedStorage } from '../storages.js';
import { measureLateness } from './lateness.js';

measureLateness(embeddedStorage, { perSecond: 200, warmUpSeconds: 3, p99MaxMs: 1_000 });
