import { runStoreLoad } from '../store-library/run-store-load.js';
import { openOriginal } from './original-client.js';

await runStoreLoad(openOriginal);
