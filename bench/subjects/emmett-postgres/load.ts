import { runStoreLoad } from '../store-library/run-store-load.js';
import { openEmmettPostgres } from './emmett-postgres.js';

await runStoreLoad(openEmmettPostgres);
