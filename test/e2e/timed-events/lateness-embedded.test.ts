import { embeddedStorage } from '../storages.js';
import { measureLateness } from './lateness.js';

measureLateness(embeddedStorage);
