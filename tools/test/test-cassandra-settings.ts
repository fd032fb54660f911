// Apart from cassandra-for-tests.ts, whose import makes a program a test file of node:test.
import type { StartCassandraOptions } from '../cassandra/index.js';

/** Names of the variables by which the test program hands its Cassandra to the test files. */
export const CASSANDRA_ENV = {
  contactPoint: 'CASSADRA_TEST_CASSANDRA',
  skip: 'CASSADRA_TEST_CASSANDRA_SKIP',
} as const;

/**
 * Settings of a Cassandra that tests share: `CASSADRA_TEST_CASSANDRA_VERSION` chooses the version.
 */
export function testClusterOptions(env: NodeJS.ProcessEnv = process.env): StartCassandraOptions {
  const version = env['CASSADRA_TEST_CASSANDRA_VERSION'];
  // Nobody kills this one, so what periodic loses then does not matter, and it is the fastest.
  return { commitlogSync: 'periodic', ...(version ? { version } : {}) };
}
