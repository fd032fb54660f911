import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid } from '../../../core/index.js';
import { seededRandom, type Random } from '../../../runtime/index.js';
import type { PendingNotice } from './pending-notice.js';
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

test('room is counted by application and destination: a crowd keeps no other application out', () => {
  const pending = new PendingNotices();
  for (let number = 0; number < 20_000; number += 1) pending.add(notice(number), 1, false);
  const key = { application: 'other', eventId: 'e' };
  const other = notice(900_000, { key });
  assert.equal(pending.add(other, 1, false), 'added', 'the same destination');
  assert.equal(pending.add(notice(900_001), 1, false), 'full');
  assert.ok(pending.forget(pending.get(other) ?? assert.fail()));
});

const KEY_OF_ONE = { application: 'one', eventId: 'one' };

for (const late of [false, true]) {
  const when = late ? 'late' : 'on time';
  test(`20,000 of an application that is left out stand before nobody: ${when}`, () => {
    const pending = new PendingNotices();
    for (let number = 0; number < 20_000; number += 1) {
      const destination = `http://dead.test:${number % 4}`;
      pending.add(notice(number, { destination }), 1, late);
    }
    const one = notice(20_000, { key: KEY_OF_ONE });
    pending.add(one, 1, late);
    const window = { monotonicMs: 0, fromMs: 0, untilMs: 1e6, limit: 300 };
    const without = new Set(['test']);
    const beganMs = performance.now();
    for (let round = 0; round < 1_000; round += 1) {
      const taken = pending.take({ ...window, without });
      assert.deepEqual(
        taken.map((found) => found.notice),
        round === 0 ? [one] : [],
      );
    }
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < 500, `1,000 looks took ${Math.round(tookMs)} ms`);
    assert.equal(pending.lateSize, 0, 'what is left out does not end the reading of a backlog');
    const dues = Array.from({ length: 3 }, () => pending.take(window)).flat();
    assert.deepEqual(
      dues.map((found) => found.notice.nextMs),
      Array.from({ length: 900 }, (_, index) => index),
    );
    assert.equal(pending.lateSize, late ? 19_100 : 0);
  });
}

test('what wakes while it is left out waits with the others', () => {
  const pending = new PendingNotices();
  pending.add(notice(1), 1, false);
  const [handed] = take(pending, 10);
  assert.ok(handed);
  pending.postpone(handed, 500);
  pending.add(notice(2), 1, false);
  const window = { monotonicMs: 600, fromMs: 0, untilMs: 10, limit: 10 };
  assert.deepEqual(pending.take({ ...window, without: new Set(['test']) }), []);
  assert.deepEqual(pending.leftOutLong(2, 10), [handed]);
  assert.equal(pending.leftOutLong(9, 10).length, 2);
  // written anew: the mark goes on, and it is taken from memory as before
  pending.add(notice(1, { positionMs: 70, writtenMs: 70 }), 1, false);
  assert.deepEqual(pending.leftOutLong(2, 10), []);
  const taken = pending.take(window);
  assert.deepEqual(
    taken.map((found) => found.notice.nextMs),
    [1, 2],
  );
  assert.deepEqual(pending.leftOutLong(100, 10), []);
});

const APPLICATIONS = ['a', 'b', 'c', 'd'];

/** Notices beside a plain list of them. */
class ListedNotices {
  readonly pending = new PendingNotices();
  readonly #random: Random;
  #waiting: Notice[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  below(max: number): number {
    return Math.floor(this.#random.next() * max);
  }

  add(id: number): void {
    const key = { application: APPLICATIONS[this.below(4)] ?? '', eventId: `e${id}` };
    const added = notice(id, { key, nextMs: this.below(1_000) });
    this.pending.add(added, 1, this.below(2) === 0);
    this.#waiting.push(added);
  }

  take(monotonicMs: number): void {
    const without = new Set(APPLICATIONS.filter(() => this.below(2) === 0));
    const [untilMs, limit] = [this.below(1_200), this.below(8)];
    const taken = this.pending.take({ monotonicMs, fromMs: 0, untilMs, limit, without });
    const wanted = this.#waiting
      .filter(({ key, nextMs }) => !without.has(key.application) && nextMs <= untilMs)
      .map(({ nextMs }) => nextMs)
      .sort((left, right) => left - right);
    const times = taken.map((found) => found.notice.nextMs);
    assert.deepEqual(times, wanted.slice(0, limit));
    const gone = new Set(taken.map((found) => found.notice));
    this.#waiting = this.#waiting.filter((left) => !gone.has(left));
    for (const found of taken) this.#end(found, monotonicMs);
  }

  #end(taken: PendingNotice, monotonicMs: number): void {
    if (this.below(3) > 0) {
      this.pending.settle(taken, monotonicMs);
      return;
    }
    this.pending.postpone(taken, monotonicMs);
    this.#waiting.push(taken.notice);
  }
}

test('random adds, takes and ends: the earliest of those wanted, as a list has them', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 50; round += 1) {
    const listed = new ListedNotices(random);
    for (let step = 0; step < 60; step += 1) {
      for (let count = listed.below(6); count > 0; count -= 1) listed.add(step * 100 + count);
      listed.take(step);
    }
  }
});
