import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid } from '../../../core/index.js';
import { PendingNotices } from './pending-notices.js';
import type { Notice } from './timed-tables.js';

const DEAD = 'http://dead.test:80';

function notice(number: number, change: Partial<Notice> = {}): Notice {
  const generation = requireUuid(`${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`);
  const key = { application: 'test', eventId: `e${number}` };
  const times = { nextMs: number, positionMs: number, writtenMs: 1 };
  return { key, generation, ...times, destination: DEAD, shard: 0, ...change };
}

function take(pending: PendingNotices, untilMs: number, monotonicMs = 0, fromMs = 0) {
  return pending.take({ monotonicMs, fromMs, untilMs, limit: 1_000 });
}

test('one destination may not fill memory, and another still gets in', () => {
  const pending = new PendingNotices();
  let taken = 0;
  for (let number = 0; number < 60_000; number += 1) {
    if (pending.add(notice(number), 1, false) === 'added') taken += 1;
  }
  assert.equal(taken, 10_000);
  assert.equal(pending.add(notice(1), 1, false), 'known');
  for (let other = 0; other < 8; other += 1) {
    for (let number = 0; number < 10_000; number += 1) {
      const id = 100_000 + other * 10_000 + number;
      pending.add(notice(id, { destination: `http://dead.test:${1_000 + other}` }), 1, false);
    }
  }
  const healthy = notice(900_000, { destination: 'http://healthy.test:80' });
  assert.equal(pending.add(healthy, 1, false), 'added', 'also when memory is full');
});

test('what is settled makes room, and is not taken in again by the rows that are read twice', () => {
  const pending = new PendingNotices();
  pending.add(notice(1), 1, false);
  const [handed] = take(pending, 10);
  assert.ok(handed);
  pending.settle(handed, 0);
  assert.equal(pending.get(notice(1)), undefined);
  assert.equal(pending.add(notice(1), 1, false), 'known');
  assert.equal(pending.add(notice(1, { writtenMs: 2 }), 1, false), 'added', 'a later row is new');
});

test('a row that was written after it had been handed out is handed out once more', () => {
  const pending = new PendingNotices();
  pending.add(notice(1), 1, false);
  const [handed] = take(pending, 10);
  assert.ok(handed);
  pending.add(notice(1, { writtenMs: 2 }), 1, false);
  pending.settle(handed, 0);
  const [again] = take(pending, 10);
  assert.equal(again, handed);
  pending.settle(handed, 0);
  assert.deepEqual(take(pending, 10), []);
});

test('what is postponed waits by the monotonic clock', () => {
  const pending = new PendingNotices();
  pending.add(notice(1), 1, false);
  const [handed] = take(pending, 10);
  assert.ok(handed);
  pending.postpone(handed, 500);
  assert.deepEqual(take(pending, 1e12, 499), []);
  assert.deepEqual(take(pending, 10, 500), [handed]);
});

test('late ones come in their own window, oldest first, and stand before nothing', () => {
  const pending = new PendingNotices();
  pending.add(notice(1), 1, true);
  pending.add(notice(3), 1, false);
  pending.add(notice(100), 1, false);
  const onTime = take(pending, 100, 0, 50).map(({ notice: { nextMs } }) => nextMs);
  assert.deepEqual(onTime, [100]);
  const late = take(pending, 49).map(({ notice: { nextMs } }) => nextMs);
  assert.deepEqual(late, [1, 3]);
});

test('the lowest position is that of the latest row of each that is not settled', () => {
  const pending = new PendingNotices();
  pending.add(notice(5), 1, false);
  pending.add(notice(7, { shard: 1 }), 1, false);
  pending.add(notice(5, { positionMs: 50, writtenMs: 2 }), 1, false);
  assert.deepEqual(
    pending.lowestPositions(),
    new Map([
      [0, 50],
      [1, 7],
    ]),
  );
  pending.forgetShard(1);
  assert.deepEqual(pending.lowestPositions(), new Map([[0, 50]]));
});
