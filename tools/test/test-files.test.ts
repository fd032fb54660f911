import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { testFiles } from './test-files.js';

const dist = mkdtempSync(join(tmpdir(), 'cassadra-test-files-'));
after(() => rmSync(dist, { recursive: true }));
const RUNS = 'test/faults/embedded-runs.test.js';
const FILES = ['src/core/a.test.js', 'test/b.test.js', 'tools/cql/c.test.js', RUNS];
for (const file of [
  ...FILES,
  'src/core/a.js',
  'src/core/a.test.js.map',
  'node_modules/x/d.test.js',
]) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  writeFileSync(join(dist, file), '');
}

test('test files are found below the folders of the project, runs with faults last', async () => {
  assert.deepEqual(
    await testFiles(dist, []),
    FILES.map((file) => join(dist, file)),
  );
});

test('a filter is a part of the path', async () => {
  assert.deepEqual(await testFiles(dist, ['core/', 'cql']), [
    join(dist, 'src/core/a.test.js'),
    join(dist, 'tools/cql/c.test.js'),
  ]);
  assert.deepEqual(await testFiles(dist, ['nothing']), []);
});
