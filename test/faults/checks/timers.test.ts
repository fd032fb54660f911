import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine, RunRecord } from '../history/operation.js';
import {
  callback,
  DONE,
  EMPTY,
  fault,
  REFUSED,
  tellsApart,
  timer,
  UNKNOWN,
} from './made-history.js';
import { checkTimers } from './timers.js';

const ADDED = timer('timer-add', [0, 10], DONE);

function history(...lines: HistoryLine[]): RunRecord {
  return { ...EMPTY, lines };
}

function tooLate(why: string): HistoryLine {
  return timer('timer-cancel', [20, 30], { kind: 'too-late', why });
}

tellsApart('timed events', [
  {
    name: 'it was acknowledged',
    ...{ check: 'never-fired', good: 1, bad: 0 },
    history: (count) => history(ADDED, ...[callback(100)].slice(0, count)),
  },
  {
    name: 'there is nothing to cancel, says the answer',
    ...{ check: 'never-fired', good: 1, bad: 0 },
    history: (count) =>
      history(ADDED, tooLate('no such event'), ...[callback(100)].slice(0, count)),
  },
  {
    name: 'neither was it in flight',
    ...{ check: 'never-fired', good: 1, bad: 0 },
    history: (isInFlight) => history(ADDED, tooLate(isInFlight === 1 ? 'in flight' : 'finished')),
  },
  {
    name: 'the cancel was refused',
    ...{ check: 'never-fired', good: 1, bad: 0 },
    history: (isDone) =>
      history(ADDED, timer('timer-cancel', [20, 30], isDone === 1 ? DONE : REFUSED)),
  },
  {
    name: 'the cancel had been answered',
    ...{ check: 'fired-after-cancel', good: 110, bad: 111 },
    history: (atMs) => history(ADDED, timer('timer-cancel', [90, 110], DONE), callback(atMs)),
  },
  {
    name: 'no add came after the cancel',
    ...{ check: 'fired-after-cancel', good: 20, bad: 19 },
    history: (endedMs) =>
      history(
        timer('timer-add', [0, 10], UNKNOWN),
        timer('timer-add', [12, endedMs], DONE),
        timer('timer-cancel', [20, 30], DONE),
        callback(100),
      ),
  },
  {
    name: 'it was not due',
    ...{ check: 'fired-early', good: 98, bad: 97 },
    history: (atMs) => history(ADDED, callback(atMs)),
  },
  {
    name: 'the clock of a server was not as much ahead',
    ...{ check: 'fired-early', good: 48, bad: 47 },
    history: (aheadMs) => history(ADDED, callback(50), fault('clock-jump', [0, 200], { aheadMs })),
  },
  {
    name: 'the clock had been right again for long',
    ...{ check: 'fired-early', good: -14_950, bad: -14_951 },
    history: (toMs) =>
      history(ADDED, callback(50), fault('clock-jump', [-20_000, toMs], { aheadMs: 500 })),
  },
  {
    name: 'the clock was wrong only later',
    ...{ check: 'fired-early', good: 50, bad: 51 },
    history: (fromMs) =>
      history(ADDED, callback(50), fault('clock-jump', [fromMs, 200], { aheadMs: 500 })),
  },
  {
    name: 'nobody asked for it',
    ...{ check: 'fired-but-never-added', good: 1, bad: 0 },
    history: (count) => history(...[ADDED].slice(0, count), callback(100)),
  },
  {
    name: 'every add was refused',
    ...{ check: 'fired-though-refused', good: 1, bad: 0 },
    history: (isUnknown) =>
      history(timer('timer-add', [0, 10], isUnknown === 1 ? UNKNOWN : REFUSED), callback(100)),
  },
]);

test('an add whose end is unknown may fire or not, and a cancel whose end is unknown too', () => {
  const unknown = timer('timer-add', [0, 10], UNKNOWN);
  const cancel = timer('timer-cancel', [20, 30], UNKNOWN);
  const all = [
    [unknown],
    [unknown, callback(100)],
    [ADDED, cancel],
    [ADDED, cancel, callback(100)],
  ];
  for (const lines of all) assert.deepEqual(checkTimers(history(...lines)).violations, []);
});

test('lateness begins at the due time, or at the acknowledgement when that came later', () => {
  const { figures } = checkTimers(history(ADDED, callback(130), callback(150)));
  assert.equal(figures['lateness worst ms'], 30);
  assert.equal(figures['callbacks beyond the first'], 1);
  const late = timer('timer-add', [0, 120], DONE);
  assert.equal(checkTimers(history(late, callback(130))).figures['lateness p99 ms'], 10);
});
