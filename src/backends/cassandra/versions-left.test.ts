import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VersionsLeft } from './versions-left.js';

test('forward: up to the version that the stream has', () => {
  const left = new VersionsLeft('forward', 17, Number.POSITIVE_INFINITY);
  assert.equal(left.known(100), 84);
  assert.deepEqual(left.take(64), { from: 17, to: 80 });
  assert.deepEqual([left.next, left.known(100), left.known(80), left.known(79)], [81, 20, 0, 0]);
});

test('backward: down to the first version', () => {
  const left = new VersionsLeft('backward', 90, Number.POSITIVE_INFINITY);
  assert.equal(left.known(100), 90);
  assert.deepEqual(left.take(64), { from: 27, to: 90 });
  assert.deepEqual([left.next, left.known(200)], [26, 26]);
  left.goOn(0, 26);
  assert.equal(left.known(200), 0);
});

test('never more than are wanted', () => {
  const left = new VersionsLeft('forward', 1, 10);
  assert.equal(left.known(100), 10);
  left.goOn(9, 8);
  assert.deepEqual([left.wanted, left.known(100)], [2, 2]);
  assert.deepEqual(left.take(2), { from: 9, to: 10 });
  assert.equal(left.known(100), 0);
});
