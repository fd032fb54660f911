import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT_CODES } from '../../exit-codes.js';
import { failureOf } from '../../failure.js';
import { createProgram } from '../../program.js';

/** The exit code of a command that goes wrong; 0: it does not. */
async function codeOf(...args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(['node', 'cassadra', 'tokens', ...args]);
    return 0;
  } catch (error) {
    return EXIT_CODES[failureOf(error).exit].code;
  }
}

test('tokens: what is wrong is told, and nothing is written', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-tokens-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'access.json');
  const inFile = ['--file', file];
  assert.equal(await codeOf('new', '--name', 'a', ...inFile), 2);
  assert.equal(await codeOf('new', '--name', 'a', '--roles', 'root', ...inFile), 2);
  assert.equal(await codeOf('new', '--name', 'a b', '--roles', 'read', ...inFile), 2);
  assert.equal(await codeOf('list', ...inFile), 7);
  await assert.rejects(readFile(file));

  await writeFile(file, '{"callers":[{}]}');
  assert.equal(await codeOf('new', '--name', 'a', '--roles', 'read', ...inFile), 2);
  assert.equal(await readFile(file, 'utf8'), '{"callers":[{}]}');

  const hash = 'ab'.repeat(32);
  const text = JSON.stringify({ callers: [{ name: 'a', token_sha256: [hash], roles: ['read'] }] });
  await writeFile(file, text);
  assert.equal(await codeOf('new', '--name', 'a', '--roles', 'admin', ...inFile), 5);
  assert.equal(await codeOf('remove', 'b', ...inFile), 7);
  assert.equal(await codeOf('remove', 'a', '--hash', 'cd', ...inFile), 7);
  // its last token: then nobody could be that caller
  assert.equal(await codeOf('remove', 'a', '--hash', 'ab', ...inFile), 2);
  assert.equal(await readFile(file, 'utf8'), text);
});
