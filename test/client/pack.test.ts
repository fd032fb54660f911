import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectDirectory } from '../../src/runtime/index.js';
import { Program } from '../e2e/program.js';
import { pack, PackedProject } from './packed-project.js';
import { PACKED_PROGRAM } from './packed-program.js';

const BYTES_MAX = 1_000_000;

test('the package works in somebody’s project', { timeout: 240_000 }, async (t) => {
  const packed = await pack(t);
  t.diagnostic(`${packed.bytes} bytes, ${packed.files.length} files`);
  assert.ok(packed.bytes < BYTES_MAX, `${packed.bytes} bytes`);
  const needless = /\.map$|\.test\.|^dist\/(test|tools)\/|tsbuildinfo|(?<!\.d)\.ts$/;
  assert.deepEqual(
    packed.files.filter((path) => needless.test(path)),
    [],
  );

  const project = await PackedProject.install(t, packed);
  const program = await project.compile(PACKED_PROGRAM);
  const cassadra = join(project.folder, 'node_modules', '.bin', 'cassadra');
  const args = [cassadra, 'serve', '--storage', 'memory', '--port', '0'];
  const server = new Program(t, 'cassadra serve', {}, { args, cwd: project.folder });
  const [, port = ''] = await server.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  assert.equal(await project.output(program, `127.0.0.1:${port}`), 'all is well\n');

  const required =
    '[typeof require("cassadra").connect, require("cassadra/testing").testStore.name]';
  const commonjs = ['--input-type=commonjs', '--print', `${required}.join(' ')`];
  assert.equal(await project.output(...commonjs), 'function testStore\n');
});

test('packing compiles and writes the declarations', () => {
  const text = readFileSync(join(projectDirectory(), 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  assert.equal(scripts['prepack'], 'node tools/declarations.mjs');
});
