import { test } from 'node:test';
import { shortRun } from './short-run.js';

const LONG = process.env['CASSADRA_TEST_LONG'] === '1';

test('servers on one embedded folder keep their promises under all faults', async (t) => {
  const length = LONG ? ['--seconds', '600'] : ['--seconds', '20', '--hold', '2'];
  await shortRun(t, ['--world', 'embedded', ...length]);
});
