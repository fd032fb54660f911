import { embeddedStorage } from '../storages.js';
import { exerciseKill, exercisePause } from './takeover.js';

exerciseKill(embeddedStorage);
exercisePause(embeddedStorage, { pauseMs: 7_000, holdsUpOthers: true });
