import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime } from '../../runtime/index.js';
import type { Statement } from './cql-session.js';
import { GroupedWrites } from './grouped-writes.js';

interface Sent {
  readonly rows: readonly string[];
  readonly level: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const row = (query: string): Statement => ({ query, params: [] });
const rowsOf = (sent: readonly Sent[]): readonly (readonly string[])[] =>
  sent.map(({ rows }) => rows);

/** Writes that end when the test says so. */
function held() {
  const sent: Sent[] = [];
  const time = new FakeTime();
  const session = {
    write: (statements: readonly Statement[], level: string): Promise<void> =>
      new Promise((done, failed) => {
        sent.push({ rows: statements.map(({ query }) => query), level, done, failed });
      }),
  };
  return { sent, time, writes: new GroupedWrites(session, 'feed', time) };
}

/** Lets everything run that waits for no time. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('a row that comes alone is sent at once; what comes meanwhile goes together', async () => {
  const { sent, writes } = held();
  const first = writes.write('p', row('a'));
  assert.deepEqual(rowsOf(sent), [['a']]);
  assert.equal(sent[0]?.level, 'feed');
  const others = [writes.write('p', row('b')), writes.write('p', row('c'))];
  await settle();
  assert.equal(sent.length, 1);
  sent[0]?.done();
  await first;
  await settle();
  assert.deepEqual(rowsOf(sent), [['a'], ['b', 'c']]);
  sent[1]?.done();
  await Promise.all(others);
  const last = writes.write('p', row('d'));
  assert.deepEqual(rowsOf(sent), [['a'], ['b', 'c'], ['d']]);
  sent[2]?.done();
  await last;
});

test('partitions do not wait for each other', () => {
  const { sent, writes } = held();
  void writes.write('p', row('a'));
  void writes.write('q', row('b'));
  assert.deepEqual(rowsOf(sent), [['a'], ['b']]);
});

test('a write that fails fails its own rows, and no others', async () => {
  const { sent, writes } = held();
  const first = assert.rejects(writes.write('p', row('a')), /too late/);
  const second = [writes.write('p', row('b')), writes.write('p', row('c'))];
  sent[0]?.failed(new Error('too late'));
  await first;
  await settle();
  const ends = Promise.allSettled(second);
  sent[1]?.failed(new Error('gone'));
  assert.deepEqual(
    (await ends).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  const third = writes.write('p', row('d'));
  sent[2]?.done();
  await third;
});

test('a write that hangs holds the next ones up for 50 ms', async () => {
  const { sent, time, writes } = held();
  const hanging = writes.write('p', row('a'));
  const next = writes.write('p', row('b'));
  time.advance(49);
  await settle();
  assert.equal(sent.length, 1);
  time.advance(1);
  await settle();
  assert.deepEqual(rowsOf(sent), [['a'], ['b']]);
  sent[1]?.done();
  await next;
  sent[0]?.done();
  await hanging;
  assert.equal(time.msUntilWake(), Number.POSITIVE_INFINITY, 'no timer is left');
});

test('at most 100 rows go together', async () => {
  const { sent, writes } = held();
  const all = [writes.write('p', row('first'))];
  for (let index = 0; index < 150; index += 1) all.push(writes.write('p', row(String(index))));
  for (let index = 0; index < 3; index += 1) {
    sent[index]?.done();
    await settle();
  }
  await Promise.all(all);
  assert.deepEqual(
    sent.map(({ rows }) => rows.length),
    [1, 100, 50],
  );
});
