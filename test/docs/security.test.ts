import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectDirectory, SETTING_TABLES } from '../../src/runtime/index.js';

const FILE = join(projectDirectory(), 'SECURITY.md');
/** Names that are no settings: codes of errors. */
const CODES = /^(UNAUTHENTICATED|PERMISSION_DENIED|OVERLOADED|RATE_LIMITED|QUEUE_FULL)$/;

function named(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

test('SECURITY.md names settings and tests that there are', async () => {
  const text = await readFile(FILE, 'utf8');
  const settings = new Set(SETTING_TABLES.flatMap(({ shape }) => Object.keys(shape)));
  const names = named(text, /`([A-Z][A-Z_]+)(?:=\w+)?`/g).filter((name) => !CODES.test(name));
  assert.ok(names.length > 20);
  assert.deepEqual(
    names.filter((name) => !settings.has(name)),
    [],
  );
  const tests = named(text, /`((?:src\/)?[\w/-]+(?:\.test\.ts|\/[\w-]*))`/g).map((path) => {
    const inTests = path.startsWith('src/') || path.startsWith('test/') ? path : `test/${path}`;
    return inTests.endsWith('/') || inTests.endsWith('.ts') ? inTests : `${inTests}.test.ts`;
  });
  assert.ok(tests.length > 20);
  const isThere = (path: string): boolean =>
    existsSync(join(projectDirectory(), path)) ||
    existsSync(join(projectDirectory(), path.replace(/\.test\.ts$/, '')));
  assert.deepEqual(
    tests.filter((path) => !isThere(path)),
    [],
  );
});
