import { runStoreLoad } from '../store-library/run-store-load.js';
import { openUmadb } from './umadb-client.js';

await runStoreLoad(openUmadb);
