import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime } from '../../../runtime/index.js';
import { StorageClock } from './storage-clock.js';

test('it begins with the wall clock, then goes by what Cassandra tells', () => {
  const time = new FakeTime(1_000_000);
  const clock = new StorageClock(time);
  assert.equal(clock.nowMs(), 1_000_000);
  clock.observe(1_000_300, time.monotonicMs(), time.monotonicMs());
  assert.equal(clock.nowMs(), 1_000_300);
  time.advance(50);
  time.jumpWallTo(5);
  assert.equal(clock.nowMs(), 1_000_350);
});

test('a sample with a longer way is taken only when the better one is old', () => {
  const time = new FakeTime(1_000_000);
  const clock = new StorageClock(time);
  clock.observe(1_000_000, 0, 0);
  time.advance(1_000);
  clock.observe(1_001_100, 900, 1_000);
  assert.equal(clock.nowMs(), 1_001_000);
  time.advance(10_000);
  clock.observe(1_011_150, 10_900, 11_000);
  assert.equal(clock.nowMs(), 1_011_200);
});

test('an answer that was read after a pause says nothing', () => {
  const time = new FakeTime(1_000_000);
  const clock = new StorageClock(time);
  clock.observe(1_000_000, 0, 0);
  time.advance(21_000);
  clock.observe(1_000_001, 0, 21_000);
  assert.equal(clock.nowMs(), 1_021_000);
});
