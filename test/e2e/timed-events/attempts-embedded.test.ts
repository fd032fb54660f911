import { embeddedStorage } from '../storages.js';
import { exerciseAttempts } from './attempts.js';

exerciseAttempts(embeddedStorage);
