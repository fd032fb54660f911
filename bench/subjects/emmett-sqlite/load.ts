import { runStoreLoad } from '../store-library/run-store-load.js';
import { openEmmettSqlite } from './emmett-sqlite.js';

await runStoreLoad(openEmmettSqlite);
