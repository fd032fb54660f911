import { spawn } from 'node:child_process';
import {
  type CassandraCluster,
  CassandraUnavailableError,
  startCassandra,
} from '../cassandra/index.js';
import { CASSANDRA_ENV, testClusterOptions } from './test-cassandra-settings.js';
import { testFiles } from './test-files.js';

/** No file takes a tenth of it on an idle machine; the long forms set their own limits. */
const FILE_TIMEOUT_MS = 600_000;

/** Which tests to run. */
export interface TestRun {
  /** Folder of the compiled code. */
  readonly dist: string;
  /** Only files whose path contains one of these; all when empty. */
  readonly filters: readonly string[];
  /** Run the long forms. */
  readonly long: boolean;
}

/**
 * What is done for the tests before they run: variables for their environment, and how to undo it.
 */
interface Prepared {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts Cassandra, runs the test files with node's test runner and stops Cassandra again. Answers
 * with the runner's
 * exit code (1 when no file matches). The runner's closing lines are the last output.
 */
export async function runTests(run: TestRun): Promise<number> {
  const preparing = prepareCassandra();
  // The rejection is awaited below, after the list of files.
  preparing.catch(() => {});
  const files = await testFiles(run.dist, run.filters);
  const { env, stop } = await preparing;
  try {
    if (files.length > 0)
      return await runNode(files, { ...env, ...(run.long ? { CASSADRA_TEST_LONG: '1' } : {}) });
    console.error(`no test file in ${run.dist} matches ${run.filters.join(' or ') || '*.test.js'}`);
    return 1;
  } finally {
    await stop();
  }
}

async function prepareCassandra(): Promise<Prepared> {
  const stop = async (): Promise<void> => {};
  // Set by the caller: the tests inherit it.
  if (process.env[CASSANDRA_ENV.contactPoint]) return { env: {}, stop };
  try {
    const cluster = await startCassandra({ ...testClusterOptions(), log: console.error });
    return {
      env: { [CASSANDRA_ENV.contactPoint]: cluster.contactPoints.join(',') },
      stop: () => stopQuietly(cluster),
    };
  } catch (error) {
    if (!(error instanceof CassandraUnavailableError)) throw error;
    if (process.env['CI'] === 'true')
      throw new Error(`CI=true, but the Cassandra tests cannot run: ${error.message}`);
    console.error(`\n!!! THE CASSANDRA TESTS ARE SKIPPED: ${error.message}\n`);
    return { env: { [CASSANDRA_ENV.skip]: error.message }, stop };
  }
}

async function stopQuietly(cluster: CassandraCluster): Promise<void> {
  // The result of the tests stands, whatever becomes of the temporary data.
  await cluster.stop().catch(() => {});
}

function runNode(files: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const options = [
    '--enable-source-maps',
    '--test',
    '--test-concurrency=2',
    // A failed test may leave a server open: it must fail, not hang the run.
    '--test-force-exit',
    `--test-timeout=${FILE_TIMEOUT_MS}`,
    '--test-reporter=spec',
  ];
  const args = [...options, '--test-reporter-destination=stdout', ...files];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(exitCode ?? 1);
    });
  });
}
