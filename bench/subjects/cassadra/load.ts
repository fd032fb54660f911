import { runStoreLoad } from '../store-library/run-store-load.js';
import { openCassadra } from './store-client.js';

await runStoreLoad(openCassadra);
