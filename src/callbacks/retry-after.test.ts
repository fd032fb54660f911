import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfter } from './retry-after.js';

const NOW_MS = Date.UTC(1994, 10, 6, 8, 49, 0);

const CASES: [string | undefined, number | undefined][] = [
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['9999999999', 9_999_999_999_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
  ['Sun, 06 Nov 1994 28:49:37 GMT', undefined],
  ['Sun, 06 Xyz 1994 08:49:37 GMT', undefined],
  ['1994-11-06T08:49:37Z', undefined],
  ['1.5', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
];

for (const [text, expected] of CASES) {
  test(`Retry-After ${JSON.stringify(text)} is ${expected} ms`, () => {
    assert.equal(parseRetryAfter(text, NOW_MS), expected);
  });
}
