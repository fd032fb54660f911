import { runStoreLoad } from '../store-library/run-store-load.js';
import { openRawLmdb } from './raw-lmdb.js';

await runStoreLoad(openRawLmdb);
