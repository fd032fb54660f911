import { test } from 'node:test';
import { CassandraUnavailableError } from '../../tools/cassandra/index.js';
import { fetchCassandra } from './cassandra/cassandra-world.js';
import { shortRun } from './short-run.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';
/** All but those that wait for a restart of all nodes, or differ in what they cut only. */
const SHORT_FAULTS = [
  ...['kill-node', 'pause-node', 'isolate-node', 'cut-one-way', 'slow-node'],
  ...['kill-server', 'pause-server', 'pause-poller', 'clock-jump'],
  ...['park-commit', 'late-propose', 'drop-commit', 'hold-view'],
];

test('servers on three nodes keep their promises under faults', async (t) => {
  try {
    await fetchCassandra(() => {});
  } catch (error) {
    if (!(error instanceof CassandraUnavailableError) || process.env['CI'] === 'true') throw error;
    console.error(`\n!!! NO FAULTS ON CASSANDRA: ${error.message}\n`);
    return t.skip(error.message);
  }
  const short = ['--seconds', '20', '--hold', '2.5', '--faults', SHORT_FAULTS.join(',')];
  await shortRun(t, ['--precise', ...(LONG ? ['--seconds', '300'] : short)]);
});
