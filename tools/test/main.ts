import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from './run-tests.js';

const USAGE = `Runs the compiled tests (dist/**/*.test.js) with one real Cassandra for all of them.

npm test -- [--long] [path part ...]
  path part    only files whose path contains one of these ("storage", "tools/cql")
  --long       the long forms (CASSADRA_TEST_LONG=1)
  --help       this text
Environment: CASSADRA_TEST_CASSANDRA=host:port uses a running Cassandra instead of starting one;
CASSADRA_TEST_CASSANDRA_VERSION chooses the version; CI=true fails when Cassandra cannot be started here.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      long: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  return runTests({
    dist: resolve(import.meta.dirname, '../..'),
    filters: positionals,
    long: values.long,
  });
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
