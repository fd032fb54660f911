import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Below the limit of a test file, so that a run that hangs is told of with its output. */
const LONGEST_MS = process.env['CASSADRA_TEST_LONG'] === '1' ? 3_000_000 : 570_000;
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/**
 * Runs `npm run test:faults` with these arguments as a process, prints its verdict and fails with
 * it. `CASSADRA_TEST_SEED` gives the seed.
 */
export async function shortRun(context: TestContext, args: readonly string[]): Promise<void> {
  const keep = await mkdtemp(join(tmpdir(), 'cassadra-faults-'));
  const given = process.env['CASSADRA_TEST_SEED'];
  const seed = given === undefined ? [] : ['--seed', given];
  const child = spawn(process.execPath, [MAIN, ...args, ...seed, '--keep', keep], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const late = setTimeout(() => child.kill('SIGTERM'), LONGEST_MS);
  await once(child, 'close');
  clearTimeout(late);
  for (const line of output.split('\n')) context.diagnostic(line);
  assert.equal(child.exitCode, 0, `the history is kept in ${keep}\n${output}`);
  await rm(keep, { recursive: true, force: true });
}
