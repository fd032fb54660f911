import { embeddedStorage } from '../storages.js';
import { exerciseKill, exercisePause } from './takeover.js';

exerciseKill(embeddedStorage, 100);
exercisePause(embeddedStorage, { perSecond: 100, pauseMs: 6_000, holdsUpOthers: true });
