import { resolve } from 'node:path';
import { storageOf, type BackendVariables } from '../../src/runtime/index.js';

/** Where the data is, in words for people. */
export function placeOf(settings: BackendVariables): string {
  switch (storageOf(settings)) {
    case 'memory':
      return 'forgotten at exit';
    case 'embedded':
      return resolve(settings.DATA_DIR);
    case 'cassandra':
      return `keyspace ${settings.CASSANDRA_KEYSPACE} on ${settings.CASSANDRA_HOSTS?.join(', ') ?? ''}`;
  }
}
