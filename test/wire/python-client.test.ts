import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { projectDirectory } from '../../src/runtime/index.js';
import { generatePython, pythonWithGrpc } from './python-environment.js';
import { serve, testComponents } from './store-under-test.js';

const run = promisify(execFile);

const CI = process.env.CI === 'true';

/** Undefined where there is no Python: a failure where everything has to be tested. */
async function python(): Promise<string | undefined> {
  try {
    return await pythonWithGrpc();
  } catch (error) {
    if (CI) throw error;
    process.stderr.write(`no Python client: ${String(error)}\n`);
    return undefined;
  }
}

test('a client made of our proto files in Python appends, reads and subscribes', async (t) => {
  const program = await python();
  if (program === undefined) {
    t.skip('PYTHON IS MISSING: python3 with venv, and a package index for grpcio');
    return;
  }
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
  const store = await serve(() => backend);
  const directory = await mkdtemp(join(tmpdir(), 'cassadra-python-'));
  t.after(async () => {
    await store.stop();
    await rm(directory, { recursive: true, force: true });
  });
  await generatePython(program, directory);
  const script = join(projectDirectory(), 'test', 'wire', 'python_client.py');
  const { stdout } = await run(program, [script, store.address], {
    env: { ...process.env, PYTHONPATH: directory, PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 60_000,
  });
  assert.deepEqual(JSON.parse(stdout), {
    appended: [1, 2, true],
    read: [
      [1, 'happened', 0, '{"n": 18446744073709551615}', '', { a: 'ä' }],
      [2, '', 7, '', '00ff', {}],
    ],
    conflict: ['ABORTED', 'optimistic locking failed', true],
    many: Array.from({ length: 10 }, (_, number) => [number, number + 1]),
    subscribed: [12, '{"n": 18446744073709551615}', true],
  });
});
