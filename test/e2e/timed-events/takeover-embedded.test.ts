import { embeddedStorage } from '../storages.js';
import { exerciseKill, exercisePause } from './takeover.js';

exerciseKill(embeddedStorage);
exercisePause(embeddedStorage, { perSecond: 100, pauseMs: 7_000, holdsUpOthers: true });
