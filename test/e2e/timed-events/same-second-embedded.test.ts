import { embeddedStorage } from '../storages.js';
import { exerciseSameSecond } from './same-second.js';

exerciseSameSecond(embeddedStorage, 5_000);
