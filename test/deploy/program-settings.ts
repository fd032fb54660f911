import assert from 'node:assert/strict';
import {
  gentablesSettings,
  parseSettings,
  pollingClientSettings,
  schedulerSettings,
  sinkSettings,
  storeSettings,
} from '../../src/runtime/index.js';

/** What each image understands. */
const TABLES = {
  'grpc-store': storeSettings,
  scheduler: schedulerSettings,
  'grpc-sink': sinkSettings,
  'poll-client': pollingClientSettings,
  gentables: gentablesSettings,
};

/** Fails unless the program of an image knows every variable, and takes its value. */
export function assertSettings(image: string, variables: Readonly<Record<string, string>>): void {
  const table = Object.entries(TABLES).find(([name]) => name === image)?.[1];
  assert.ok(table !== undefined, `no program ${image}`);
  const unknown = Object.keys(variables).filter((variable) => !(variable in table.shape));
  assert.deepEqual(unknown, [], `${image} does not know`);
  assert.doesNotThrow(() => parseSettings(table, variables), image);
}
