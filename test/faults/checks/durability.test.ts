import { EMPTY, append, conflict, ok, run, tellsApart, UNKNOWN } from './made-history.js';

const TWO = { types: ['T', 'T'] };

tellsApart('durability', [
  {
    name: 'an acknowledged append is nowhere',
    ...{ check: 'lost-append', good: 1, bad: 0 },
    history: (count) => run(['a#0'].slice(0, count), append('a', [0, 10], ok(1))),
  },
  {
    name: 'an event is there twice',
    ...{ check: 'doubled-event', good: 1, bad: 2 },
    history: (count) => run(Array(count).fill('a#0'), append('a', [0, 10], ok(1))),
  },
  {
    name: 'half of an unknown append is there',
    ...{ check: 'torn-append', good: 2, bad: 1 },
    history: (count) =>
      run(
        ['a#0', 'a#1'].slice(0, count),
        append('a', [0, 10], UNKNOWN, TWO),
        append('a', [20, 30], ok(1, 2), TWO),
      ),
  },
  {
    name: 'the clock of a server was behind',
    ...{ check: 'savetime-fell', good: 500, bad: 499 },
    history: (savetimeMs) => ({
      ...run([], append('a', [0, 10], ok(1)), append('b', [20, 30], ok(2))),
      finalStreams: new Map([
        [
          's',
          [
            { key: 'a#0', type: 'T', savetimeMs: 500 },
            { key: 'b#0', type: 'T', savetimeMs },
          ],
        ],
      ]),
    }),
  },
  {
    name: 'the events of an append are in another order',
    ...{ check: 'events-out-of-order', good: 0, bad: 1 },
    history: (first) => run([`a#${first}`, `a#${1 - first}`], append('a', [0, 10], ok(1, 2), TWO)),
  },
  {
    name: 'another append stands between its events',
    ...{ check: 'events-out-of-order', good: 2, bad: 1 },
    history: (place) =>
      run(
        place === 1 ? ['a#0', 'b#0', 'a#1'] : ['a#0', 'a#1', 'b#0'],
        append('a', [0, 10], ok(1, 2), TWO),
        append('b', [0, 10], ok(place + 1)),
      ),
  },
  {
    name: 'it stands in another stream',
    ...{ check: 'wrong-stream', good: 0, bad: 1 },
    history: (isOther) => {
      const record = run(['a#0'], append('a', [0, 10], ok(1)));
      const events = [{ key: 'a#0', type: 'T' }];
      return isOther === 1 ? { ...record, finalStreams: new Map([['other', events]]) } : record;
    },
  },
  {
    name: 'nobody appended it',
    ...{ check: 'event-of-nobody', good: 1, bad: 2 },
    history: (count) => run(['a#0', 'x#0'].slice(0, count), append('a', [0, 10], ok(1))),
  },
  {
    name: 'it has an event more than was appended',
    ...{ check: 'event-of-nobody', good: 1, bad: 2 },
    history: (count) => run(['a#0', 'a#1'].slice(0, count), append('a', [0, 10], ok(1))),
  },
  {
    name: 'its type is another',
    ...{ check: 'wrong-type', good: 0, bad: 1 },
    history: (isOther) => run([isOther === 1 ? 'a#0 U' : 'a#0'], append('a', [0, 10], ok(1))),
  },
  {
    name: 'a read was answered with corruption',
    ...{ check: 'broken-read', good: 0, bad: 1 },
    history: (count) => {
      const times = { invokedMs: 0, endedMs: 10, server: 'one' };
      const what = { stream: 's', what: 'a hole at version 3' };
      const broken = { kind: 'broken-read', api: 'v1', ...times, ...what } as const;
      return { ...EMPTY, lines: [broken].slice(0, count) };
    },
  },
]);

const EXPECTED_NONE = { expected: { kind: 'no-stream' } } as const;

tellsApart('unknown outcomes', [
  {
    name: 'no later try said what became of it',
    ...{ check: 'unresolved-unknown', good: 2, bad: 1 },
    history: (tries) => {
      const all = [append('a', [0, 10], UNKNOWN), append('a', [20, 30], ok(1))];
      return run(['a#0'], ...all.slice(0, tries));
    },
  },
  {
    name: 'it could have been retried',
    ...{ check: 'unresolved-unknown', good: 1, bad: 0 },
    history: (isOfServer) => {
      const more = isOfServer === 1 ? ({ idsOfServer: true } as const) : {};
      return run(['a#0'], append('a', [0, 10], UNKNOWN, more));
    },
  },
  {
    name: 'two tries were told of different versions',
    ...{ check: 'contradicting-answers', good: 1, bad: 2 },
    history: (version) =>
      run(['a#0'], append('a', [0, 10], ok(1)), append('a', [20, 30], ok(version))),
  },
  {
    name: 'written, and later in conflict',
    ...{ check: 'contradicting-answers', good: 0, bad: 1 },
    history: (isConflict) =>
      run(
        ['a#0'],
        append('a', [0, 10], ok(1), EXPECTED_NONE),
        append('a', [20, 30], isConflict === 1 ? conflict(1) : ok(1), EXPECTED_NONE),
      ),
  },
  {
    name: 'in conflict, and later written',
    ...{ check: 'contradicting-answers', good: 0, bad: 1 },
    history: (isConflict) =>
      run(
        ['a#0'],
        append('a', [0, 10], isConflict === 1 ? conflict(1) : UNKNOWN, EXPECTED_NONE),
        append('a', [20, 30], ok(1), EXPECTED_NONE),
      ),
  },
]);
