import { embeddedStorage } from '../storages.js';
import { exerciseAppends } from './appends.js';

exerciseAppends(embeddedStorage);
