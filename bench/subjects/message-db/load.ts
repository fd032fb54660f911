import { runStoreLoad } from '../store-library/run-store-load.js';
import { openMessageDb } from './message-db.js';

await runStoreLoad(openMessageDb);
