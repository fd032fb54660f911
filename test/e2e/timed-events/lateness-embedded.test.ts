import { embeddedStorage } from '../storages.js';
import { measureLateness } from './lateness.js';

// alone p99 is some ms; beside another test file that takes both cores it was 1,056 once
measureLateness(embeddedStorage, { perSecond: 200, warmUpSeconds: 3, p99MaxMs: 5_000 });
