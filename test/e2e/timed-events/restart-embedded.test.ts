import { embeddedStorage } from '../storages.js';
import { exerciseRestart } from './restart.js';

exerciseRestart(embeddedStorage);
