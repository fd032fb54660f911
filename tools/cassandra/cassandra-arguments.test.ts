import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from './cassandra-arguments.js';

test('the defaults are one node on port 9042 with temporary data', () => {
  assert.deepEqual(parseArguments([]), { nodes: 1, nativePort: 9042, commitlogSync: 'periodic' });
});

test('every argument is taken over', () => {
  const args = '--nodes 3 --version 4.1.10 --data d --port 9999 --commitlog group'.split(' ');
  assert.deepEqual(parseArguments(args), {
    nodes: 3,
    version: '4.1.10',
    dataDir: 'd',
    nativePort: 9999,
    commitlogSync: 'group',
  });
  assert.equal(parseArguments(['--help']), undefined);
});

test('a wrong argument is named', () => {
  for (const args of [
    ['--nodes', '2'],
    ['--port', '0'],
    ['--port', 'x'],
    ['--commitlog', 'never'],
    ['--what'],
  ]) {
    assert.throws(() => parseArguments(args), new RegExp(args[0] ?? ''));
  }
});
