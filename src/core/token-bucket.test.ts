import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.js';

function takenIn(bucket: TokenBucket, fromMs: number, untilMs: number, stepMs: number): number {
  let taken = 0;
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += stepMs) {
    bucket.refill(nowMs);
    while (bucket.hasOne) {
      bucket.takeOne();
      taken += 1;
    }
  }
  return taken;
}

test('gives its rate, whatever the steps, and its capacity at once', () => {
  for (const stepMs of [1, 7, 50]) {
    const taken = takenIn(new TokenBucket(500, 500 / 10), 0, 10_000, stepMs);
    assert.ok(taken >= 5_000 && taken <= 5_051, `${taken} in steps of ${stepMs}`);
  }
});

test('does not save up while nobody asks', () => {
  const bucket = new TokenBucket(500, 500 / 10);
  bucket.refill(0);
  assert.equal(takenIn(bucket, 3_600_000, 3_600_000, 1), 50);
});

test('says how long to wait, and works below one a second', () => {
  const bucket = new TokenBucket(0.5, 0.5 / 10);
  assert.equal(takenIn(bucket, 0, 0, 1), 1);
  assert.equal(bucket.waitMs, 2_000);
  bucket.refill(1_999);
  assert.equal(bucket.hasOne, false);
  bucket.refill(2_000);
  assert.equal(bucket.waitMs, 0);
});

test('a clock set back gives nothing and takes nothing', () => {
  const bucket = new TokenBucket(10, 10 / 10);
  assert.equal(takenIn(bucket, 5_000, 5_000, 1), 1);
  bucket.refill(0);
  assert.equal(bucket.hasOne, false);
  bucket.refill(100);
  assert.equal(bucket.hasOne, true);
});

test('is full again when it has rested, or got back what was not used', () => {
  const bucket = new TokenBucket(10, 2);
  bucket.refill(0);
  bucket.takeOne();
  assert.equal(bucket.isFull, false);
  bucket.giveBack();
  assert.equal(bucket.isFull, true);
  bucket.takeOne();
  bucket.refill(100);
  assert.equal(bucket.isFull, true);
});
