import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid } from '../../../core/index.js';
import type { DueRow } from './due-row.js';
import { Notices } from './notices.js';

const uuid = (digit: number) => requireUuid(`00000000-0000-0000-0000-00000000000${digit}`);
const ALL = { from: '', to: 'z' };
const NOW_MS = 1_000;

function rowOf(id: string, change: Partial<DueRow> = {}): DueRow {
  const destination = 'http://a.test:80';
  const ids = { generation: uuid(1), change: uuid(2) };
  return { id, ...ids, nextMs: 1, destination, claim: undefined, ...change };
}

const handedOf = (row: DueRow, epoch = 1) => ({ id: row.id, generation: row.generation, epoch });

function handedOut(row: DueRow): Notices {
  const notices = new Notices();
  notices.hand(row, 1, NOW_MS);
  assert.equal(notices.firstReady(ALL), undefined);
  return notices;
}

test('what was written is ready; the first of the range comes first', () => {
  const notices = new Notices();
  for (const id of ['c', 'a', 'b']) notices.written(rowOf(id), NOW_MS);
  assert.equal(notices.arrivals, 3);
  assert.equal(notices.firstReady({ from: 'b', to: 'z' }), 'b');
  assert.equal(notices.firstReady({ from: '', to: 'z' }), 'a', 'late ones are not lost');
  assert.equal(notices.firstReady({ from: 'b', to: 'b' }), undefined);
  notices.forget('a');
  notices.forget('b');
  assert.equal(notices.firstReady(ALL), 'c');
});

test('what is in hands is not ready again when its row is met once more', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.written(row, NOW_MS);
  assert.equal(notices.firstReady(ALL), undefined);
});

test('settled: looked at once more after a while', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.settle(handedOf(row), NOW_MS);
  assert.equal(notices.nextWakeMs(), NOW_MS + 1_000);
  assert.equal(notices.wake(NOW_MS + 999, 10), false);
  assert.equal(notices.firstReady(ALL), undefined);
  notices.wake(NOW_MS + 1_000, 10);
  assert.equal(notices.firstReady(ALL), 'a');
});

test('written again while it was in hands: ready as soon as it is settled', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.written(rowOf('a', { change: uuid(3) }), NOW_MS);
  assert.equal(notices.firstReady(ALL), undefined);
  notices.settle(handedOf(row), NOW_MS);
  assert.equal(notices.firstReady(ALL), 'a');
});

test('the own claim is no new notice', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  const claim = { poller: uuid(9), epoch: 1 };
  notices.written(rowOf('a', { change: uuid(3), claim }), NOW_MS);
  notices.settle(handedOf(row), NOW_MS);
  assert.equal(notices.firstReady(ALL), undefined);
});

test('a next generation is another notice, and the old one no longer counts', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.written(rowOf('a', { generation: uuid(4) }), NOW_MS);
  assert.equal(notices.firstReady(ALL), 'a');
  notices.settle(handedOf(row), NOW_MS);
  notices.postpone(handedOf(row), NOW_MS + 5_000);
  assert.equal(notices.firstReady(ALL), 'a');
});

test('postponed: not before its time, also when it was written again', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.postpone(handedOf(row), NOW_MS + 500);
  notices.written(rowOf('a', { change: uuid(3) }), NOW_MS);
  notices.wake(NOW_MS + 499, 10);
  assert.equal(notices.firstReady(ALL), undefined);
  notices.wake(NOW_MS + 500, 10);
  assert.equal(notices.firstReady(ALL), 'a');
});

test('what an earlier epoch was handed does not count', () => {
  const row = rowOf('a');
  const notices = handedOut(row);
  notices.release('handed');
  notices.hand(row, 2, NOW_MS);
  notices.postpone(handedOf(row, 1), NOW_MS + 500);
  assert.equal(notices.nextWakeMs(), Infinity);
});

test('many wake in steps', () => {
  const notices = new Notices();
  for (let index = 0; index < 25; index += 1) {
    notices.park(rowOf(`n${index}`), 'left', NOW_MS, NOW_MS);
  }
  assert.deepEqual(
    [10, 10, 10].map((limit) => notices.wake(NOW_MS, limit)),
    [true, true, false],
  );
});
