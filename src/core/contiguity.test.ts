import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from './app-error.js';
import { ContiguityCheck } from './contiguity.js';

function isCorrupt(error: unknown): boolean {
  return error instanceof AppError && error.code === 'STREAM_CORRUPT';
}

function seeAll(direction: 'forward' | 'backward', versions: readonly number[], end: number): void {
  const check = new ContiguityCheck('s', versions[0] ?? 1, direction);
  for (const version of versions) check.see(version);
  check.end(end);
}

describe('contiguity of a stream', () => {
  test('a run in either direction passes', () => {
    seeAll('forward', [1, 2, 3], 3);
    seeAll('backward', [3, 2, 1], 1);
    seeAll('forward', [7, 8], 8);
    seeAll('forward', [], 0);
  });

  test('a hole, a double, a wrong start or a wrong direction is corruption', () => {
    for (const versions of [
      [1, 3],
      [1, 1],
      [2, 1],
    ]) {
      assert.throws(() => seeAll('forward', versions, 3), isCorrupt);
    }
    assert.throws(() => seeAll('backward', [3, 1], 1), isCorrupt);
    assert.throws(() => new ContiguityCheck('s', 1, 'forward').see(2), isCorrupt);
  });

  test('versions that are missing at the end are corruption', () => {
    assert.throws(() => seeAll('forward', [1, 2], 3), isCorrupt);
    assert.throws(() => seeAll('backward', [3, 2], 1), isCorrupt);
    assert.throws(() => seeAll('forward', [], 1), isCorrupt);
  });

  test('the error names the stream and the version', () => {
    const check = new ContiguityCheck('orders', 4, 'forward');
    assert.throws(
      () => check.see(6),
      (error: unknown) => {
        assert.ok(error instanceof AppError);
        assert.deepEqual(error.details, { stream: 'orders', version: '4' });
        return true;
      },
    );
  });
});
