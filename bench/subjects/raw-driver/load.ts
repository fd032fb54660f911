import { runStoreLoad } from '../store-library/run-store-load.js';
import { openRawDriver } from './raw-driver.js';

await runStoreLoad(openRawDriver);
