import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VersionsLeft } from './versions-left.js';

test('forward: pages side by side, up to the version that the stream has', () => {
  const left = new VersionsLeft('forward', 16, Number.POSITIVE_INFINITY);
  assert.deepEqual(left.take(64, 100), { from: 17, to: 80 });
  assert.deepEqual(left.take(64, 100), { from: 81, to: 100 });
  assert.equal(left.take(64, 100), undefined);
  assert.equal(left.take(64, 99), undefined);
  // it has grown
  assert.deepEqual(left.take(64, 101), { from: 101, to: 101 });
});

test('backward: down to the first version', () => {
  const left = new VersionsLeft('backward', 90, Number.POSITIVE_INFINITY);
  assert.deepEqual(left.take(64, 100), { from: 26, to: 89 });
  assert.deepEqual(left.take(64, 200), { from: 1, to: 25 });
  assert.equal(left.take(64, 200), undefined);
  assert.equal(new VersionsLeft('backward', 1, 5).take(1, 10), undefined);
});

test('never more than the limit', () => {
  const left = new VersionsLeft('forward', 0, 10);
  assert.deepEqual(left.take(8, 100), { from: 1, to: 8 });
  assert.deepEqual(left.take(8, 100), { from: 9, to: 10 });
  assert.equal(left.take(8, 100), undefined);
});
