import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  append,
  conflict,
  exact,
  ok,
  read,
  REFUSED,
  run,
  tellsApart,
  UNKNOWN,
} from './made-history.js';
import { checkStreams } from './streams.js';

const NO_STREAM = { expected: { kind: 'no-stream' } } as const;
const EXISTS = { expected: { kind: 'stream-exists' } } as const;

tellsApart('streams: appends', [
  {
    name: 'the version that is answered is another than that of the event',
    ...{ check: 'wrong-versions', good: 1, bad: 2 },
    history: (version) => run(['a#0'], append('a', [0, 10], ok(version))),
  },
  {
    name: 'an append stands where it did not expect to be',
    ...{ check: 'wrong-expected-version', good: 1, bad: 0 },
    history: (version) =>
      run(
        ['a#0', 'b#0'],
        append('a', [0, 10], ok(1)),
        append('b', [0, 10], ok(2), { expected: exact(version) }),
      ),
  },
  {
    name: 'a stream that must exist does not',
    ...{ check: 'wrong-expected-version', good: 2, bad: 1 },
    history: (place) => {
      const [first, second] = place === 1 ? ['b', 'a'] : ['a', 'b'];
      const appends = [
        append('a', [0, 10], ok(3 - place)),
        append('b', [0, 10], ok(place), EXISTS),
      ];
      return run([`${first}#0`, `${second}#0`], ...appends);
    },
  },
  {
    name: 'the second of two appends ended before the first was called',
    ...{ check: 'appends-out-of-order', good: 10, bad: 9 },
    history: (endedMs) =>
      run(['a#0', 'b#0'], append('b', [0, endedMs], ok(2)), append('a', [10, 20], ok(1))),
  },
  {
    name: 'an append between them makes the order of two others impossible',
    ...{ check: 'appends-out-of-order', good: 30, bad: 29 },
    history: (endedMs) =>
      run(
        ['a#0', 'b#0', 'c#0'],
        append('c', [0, endedMs], ok(3)),
        append('b', [0, 60], ok(2)),
        append('a', [30, 50], ok(1)),
      ),
  },
  {
    name: 'a retry had said that it is there',
    ...{ check: 'stale-read', good: 10, bad: 11 },
    history: (readMs) =>
      run(['a#0'], append('a', [0, 5], UNKNOWN), append('a', [6, 10], ok(1)), read([readMs, 20])),
  },
  {
    name: 'only a refused try can have written it',
    ...{ check: 'written-though-refused', good: 1, bad: 0 },
    history: (withUnknown) => {
      const unknown = [append('a', [0, 5], UNKNOWN), append('a', [20, 30], ok(1))];
      const others = withUnknown === 1 ? unknown : [];
      return run(['a#0'], append('a', [6, 10], REFUSED), ...others);
    },
  },
  {
    name: 'its event was read before a try that could write was called',
    ...{ check: 'read-before-append', good: 10, bad: 9 },
    history: (readMs) =>
      run(
        ['a#0'],
        append('a', [0, 5], REFUSED),
        read([6, readMs], 'a#0'),
        append('a', [10, 20], ok(1)),
      ),
  },
]);

tellsApart('streams: conflicts', [
  {
    name: 'the version of the answer is the expected one',
    ...{ check: 'false-conflict', good: 0, bad: 1 },
    history: (version) =>
      run(
        ['a#0'],
        append('a', [0, 10], ok(1)),
        append('b', [5, 20], conflict(1), { expected: exact(version) }),
      ),
  },
  {
    name: 'the stream was never at the version of the answer',
    ...{ check: 'false-conflict', good: 2, bad: 1 },
    history: (version) =>
      run(
        ['a#0', 'a#1'],
        append('a', [0, 10], ok(1, 2), { types: ['T', 'T'] }),
        append('b', [5, 20], conflict(version), NO_STREAM),
      ),
  },
  {
    name: 'the stream was no longer at the version of the answer',
    ...{ check: 'false-conflict', good: 20, bad: 21 },
    history: (invokedMs) =>
      run(
        ['a#0', 'b#0'],
        append('a', [0, 10], ok(1)),
        append('b', [15, 20], ok(2)),
        append('c', [invokedMs, 30], conflict(1), NO_STREAM),
      ),
  },
  {
    name: 'the stream was not yet at the version of the answer',
    ...{ check: 'false-conflict', good: 10, bad: 9 },
    history: (endedMs) =>
      run(['a#0'], append('c', [0, endedMs], conflict(1), NO_STREAM), append('a', [10, 20], ok(1))),
  },
  {
    name: 'the stream was at the expected version all the time',
    ...{ check: 'false-conflict', good: 15, bad: 14 },
    history: (endedMs) =>
      run(
        ['a#0', 'b#0'],
        append('a', [0, 5], ok(1)),
        append('c', [10, endedMs], conflict(), { expected: exact(1) }),
        append('b', [15, 20], ok(2)),
      ),
  },
  {
    name: 'two conflicts need the same append both early and late',
    ...{ check: 'false-conflict', good: 10, bad: 9 },
    history: (endedMs) =>
      run(
        ['a#0', 'b#0'],
        append('a', [0, 20], ok(1)),
        append('b', [0, 40], ok(2)),
        append('d', [0, endedMs], conflict(1), NO_STREAM),
        append('c', [10, 20], conflict(), { expected: exact(1) }),
        read([25, 30], 'a#0'),
      ),
  },
  {
    name: 'an append that expects nothing is in conflict with nothing',
    ...{ check: 'false-conflict', good: 1, bad: 0 },
    history: (isExact) =>
      run(
        ['a#0'],
        append('a', [0, 10], ok(1)),
        append('b', [0, 10], conflict(), isExact === 1 ? NO_STREAM : {}),
      ),
  },
  {
    name: 'a stream that exists is said not to',
    ...{ check: 'false-conflict', good: 10, bad: 11 },
    history: (invokedMs) =>
      run(['a#0'], append('a', [0, 10], ok(1)), append('b', [invokedMs, 20], conflict(), EXISTS)),
  },
  {
    name: 'a stream that never was is said to exist',
    ...{ check: 'false-conflict', good: 7, bad: 0 },
    history: (version) => run([], append('b', [0, 20], conflict(), { expected: exact(version) })),
  },
  {
    name: 'it is there all the same',
    ...{ check: 'written-despite-conflict', good: 0, bad: 1 },
    history: (isThere) =>
      run(
        isThere === 1 ? ['a#0', 'b#0'] : ['a#0'],
        append('a', [0, 10], ok(1)),
        append('b', [0, 5], UNKNOWN, NO_STREAM),
        append('b', [20, 30], conflict(1), NO_STREAM),
      ),
  },
]);

tellsApart('streams: reads', [
  {
    name: 'an event that the stream does not have',
    ...{ check: 'read-not-in-stream', good: 1, bad: 2 },
    history: (number) =>
      run(['a#0'], append('a', [0, 10], ok(1)), read([5, 20], `a#${number - 1}`)),
  },
  {
    name: 'a part of an append',
    ...{ check: 'torn-read', good: 2, bad: 1 },
    history: (length) =>
      run(
        ['a#0', 'a#1'],
        append('a', [0, 10], ok(1, 2), { types: ['T', 'T'] }),
        read([5, 20], ...['a#0', 'a#1'].slice(0, length)),
      ),
  },
  {
    name: 'what was acknowledged before is missing',
    ...{ check: 'stale-read', good: 10, bad: 11 },
    history: (invokedMs) => run(['a#0'], append('a', [0, 10], ok(1)), read([invokedMs, 20])),
  },
  {
    name: 'what an earlier read saw is missing',
    ...{ check: 'read-went-back', good: 10, bad: 11 },
    history: (invokedMs) =>
      run(
        ['a#0'],
        append('a', [0, 5], UNKNOWN),
        read([6, 10], 'a#0'),
        read([invokedMs, 20]),
        append('a', [30, 40], ok(1)),
      ),
  },
  {
    name: 'what was appended only later',
    ...{ check: 'read-before-append', good: 10, bad: 9 },
    history: (endedMs) => run(['a#0'], read([0, endedMs], 'a#0'), append('a', [10, 20], ok(1))),
  },
]);

test('a broken final stream is said to be so, and its order is not checked', () => {
  const record = run(['a#1', 'a#0'], append('a', [0, 1], ok(1, 2), { types: ['T', 'T'] }));
  const { violations } = checkStreams(record);
  assert.deepEqual(
    violations.map(({ check }) => check),
    ['not-whole-appends'],
  );
});

test('what is acknowledged and absent is found, also without a final stream', () => {
  const { violations } = checkStreams({ ...run([]), lines: [append('a', [0, 1], ok(1))] });
  assert.equal(violations[0]?.check, 'acknowledged-but-absent');
});
