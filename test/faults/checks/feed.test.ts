import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryLine, RunRecord } from '../history/operation.js';
import { checkFeed } from './feed.js';
import { FEED_LIMITS } from './feed-limits.js';
import { append, delivery, fault, ok, READER, run, tellsApart, UNKNOWN } from './made-history.js';

/** A stream of a, b and c, and what the reader was given. */
function read(...deliveries: HistoryLine[]): RunRecord {
  const appends = ['a', 'b', 'c'].map((name, at) => append(name, [at, at + 1], ok(at + 1)));
  return { ...run(['a#0', 'b#0', 'c#0'], ...appends, ...deliveries), readers: [READER] };
}

const [A, B, C] = [delivery(10, 'a#0', 1), delivery(11, 'b#0', 2), delivery(12, 'c#0', 3)];

tellsApart('readers by type', [
  {
    name: 'the last event never came',
    ...{ check: 'missed-by-reader', good: 3, bad: 2 },
    history: (count) => read(...[A, B, C].slice(0, count)),
  },
  {
    name: 'an event before another never came',
    ...{ check: 'missed-by-reader', good: 1, bad: 0 },
    history: (count) => read(A, ...[B].slice(0, count), C),
  },
  {
    name: 'an event came again',
    ...{ check: 'delivered-twice', good: 0, bad: 1 },
    history: (count) => read(A, B, ...[A].slice(0, count), C),
  },
  {
    name: 'a later version came first',
    ...{ check: 'delivered-out-of-order', good: 0, bad: 1 },
    history: (isTurned) => read(A, ...(isTurned === 1 ? [C, B] : [B, C])),
  },
  {
    name: 'an event came that is in no stream',
    ...{ check: 'delivered-event-of-nobody', good: 0, bad: 1 },
    history: (count) => read(A, B, C, ...[delivery(13, 'd#0', 4)].slice(0, count)),
  },
  {
    name: 'an event came with another version',
    ...{ check: 'delivered-at-wrong-place', good: 3, bad: 4 },
    history: (version) => read(A, B, delivery(12, 'c#0', version)),
  },
  {
    name: 'an event came of a type that was not asked for',
    ...{ check: 'delivered-wrong-type', good: 0, bad: 1 },
    history: (isOther) => {
      const types = [isOther === 1 ? 'U' : 'T'];
      const key = isOther === 1 ? 'a#0 U' : 'a#0';
      return { ...run([key], append('a', [0, 1], ok(1), { types }), A), readers: [READER] };
    },
  },
  {
    name: 'somebody was given events who is no reader',
    ...{ check: 'unknown-reader', good: 1, bad: 0 },
    history: (count) => ({ ...read(A, B, C), readers: [READER].slice(0, count) }),
  },
]);

/** One event that the reader of a view was not given. */
function missed(...lines: HistoryLine[]): RunRecord {
  return { ...run(['a#0'], ...lines), readers: [READER], feed: 'view' };
}

/** The event was written at 7; a server said of `fromMs` to 9 that they may be missed. */
function told(fromMs: number, ...lines: HistoryLine[]): RunRecord {
  const finalStreams = new Map([['s', [{ key: 'a#0', type: 'T', savetimeMs: 7 }]]]);
  return { ...missed(...lines), finalStreams, passed: [{ fromMs, toMs: 9 }] };
}

tellsApart('what a view may miss', [
  {
    name: 'no server said that it might be missed',
    ...{ check: 'missed-by-reader', good: 7, bad: 8 },
    history: (fromMs) => told(fromMs, append('a', [0, 10], UNKNOWN), append('a', [20, 30], ok(1))),
  },
  {
    name: 'the server of the append was paused later',
    ...{ check: 'missed-by-reader', good: 100, bad: 101 },
    history: (fromMs) =>
      missed(append('a', [0, 100], ok(1)), fault('pause-server', [fromMs, 3_000])),
  },
  {
    name: 'a pause so short that nobody takes the server for gone',
    ...{ check: 'missed-by-reader', good: 2_050, bad: 2_049 },
    history: (toMs) => missed(append('a', [0, 100], ok(1)), fault('pause-server', [50, toMs])),
  },
  {
    name: 'another server was paused',
    ...{ check: 'missed-by-reader', good: 1, bad: 2 },
    history: (server) => {
      const target = server === 1 ? 'one' : 'two';
      return missed(append('a', [0, 100], ok(1)), fault('pause-server', [50, 3_000], { target }));
    },
  },
  {
    name: 'a fault that stops no server',
    ...{ check: 'missed-by-reader', good: 1, bad: 0 },
    history: (stops) => {
      const name = stops === 1 ? 'isolate-server' : 'clock-jump';
      return missed(append('a', [0, 100], ok(1)), fault(name, [50, 3_000]));
    },
  },
  {
    name: 'the server was killed after its unknown try had come to an end',
    ...{ check: 'missed-by-reader', good: 400, bad: 401 },
    history: (fromMs) =>
      missed(
        append('a', [0, 100], UNKNOWN),
        append('a', [300, 400], ok(1), { server: 'two' }),
        fault('kill-server', [fromMs, 500]),
      ),
  },
  {
    name: 'all nodes are no servers',
    ...{ check: 'missed-by-reader', good: 1, bad: 0 },
    history: (isServers) => {
      const name = isServers === 1 ? 'kill-all-servers' : 'kill-all-nodes';
      const all = { target: undefined };
      return missed(append('a', [0, 100], ok(1)), fault(name, [50, 200], all));
    },
  },
]);

test('what a view missed is counted by limit, and an ordered feed has no limits', () => {
  const open = told(7, append('a', [0, 100], ok(1)), fault('kill-server', [50, 200]));
  const down = missed(append('a', [0, 100], ok(1)), fault('kill-server', [50, 200]));
  assert.equal(checkFeed(open).figures[FEED_LIMITS.open], 1);
  assert.equal(checkFeed(down).figures[FEED_LIMITS.down], 1);
  assert.equal(checkFeed({ ...open, feed: 'ordered' }).violations.length, 1);
});
