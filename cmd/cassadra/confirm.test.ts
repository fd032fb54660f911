import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { confirmed } from './confirm.js';

test('only a yes is a yes; the end of the input is a no', async () => {
  const answers: readonly (readonly [string, boolean])[] = [
    ...([
      ['y\n', true],
      ['YES\n', true],
      [' yes \n', true],
    ] as const),
    ...([
      ['n\n', false],
      ['\n', false],
      ['yesterday\n', false],
      ['', false],
    ] as const),
  ];
  for (const [answer, expected] of answers) {
    const [input, output] = [new PassThrough(), new PassThrough()];
    input.end(answer);
    assert.equal(await confirmed('Delete 3?', { input, output }), expected, answer);
    assert.equal(String(output.read()), 'Delete 3? [y/N] ');
  }
});
