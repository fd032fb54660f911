import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  code,
  FollowedStore,
  followedStore,
  NEVER,
  pass,
  query,
} from '../../test/support/followed-store.js';
import { settled } from '../../test/support/follower.js';
import { AppError, FEED_START, requireUuid, type StreamCursor } from '../core/index.js';

const ONE = code(1);
const TWO = code(2);
const THREE = code(3);
const BOTH = { kind: 'types', types: [ONE, TWO] } as const;
const FROM_NOW = { kind: 'now' } as const;

test('what there is, then what comes, in feed order and without a pause', async () => {
  const one = followedStore();
  await one.append('a', ONE, 'a1', 'a2');
  await one.append('b', TWO, 'b1');
  await one.append('b', THREE, 'b2');
  const follower = await one.follow(query(BOTH));
  assert.deepEqual(follower.story, ['a1 a2 b1', 'caught-up']);
  await one.append('a', TWO, 'a3');
  await settled();
  assert.deepEqual(follower.story, ['a1 a2 b1', 'caught-up', 'a3']);
  await one.stop();
});

test('the end is told when there is nothing, and again after pages that were full', async () => {
  const one = followedStore();
  const follower = one.quiet(query(BOTH));
  assert.deepEqual(await follower.take(), { kind: 'caught-up', cursor: FEED_START });
  const texts = Array.from({ length: 999 }, (_, index) => String(index));
  await one.append('a', ONE, ...texts);
  await one.append('a', ONE, 'x', 'y');
  for (let turn = 0; turn < 3; turn += 1) await follower.take();
  assert.deepEqual(
    follower.messages.map((message) => (message.kind === 'events' ? message.events.length : 0)),
    [0, 1_000, 1, 0],
  );
  assert.equal(follower.messages[3]?.kind, 'caught-up');
  await one.stop();
});

test('a page ends at 256 KiB, but has an event', async () => {
  const one = followedStore();
  const small = 'x'.repeat(100_000);
  await one.append('a', ONE, small, small, small);
  await one.append('a', ONE, 'y'.repeat(300_000), small);
  const follower = await one.follow(query(BOTH));
  const counts = follower.messages.map((message) =>
    message.kind === 'events' ? message.events.length : message.kind,
  );
  assert.deepEqual(counts, [2, 1, 1, 1, 'caught-up']);
  await one.stop();
});

test('from now leaves out what was before', async () => {
  const one = followedStore();
  await one.append('a', ONE, 'old');
  const follower = await one.follow(query(BOTH, { start: FROM_NOW }));
  await one.append('a', ONE, 'new');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'new']);
  await one.stop();
});

test('a cursor goes on where it was given out; one of a stream is refused', async () => {
  const one = followedStore();
  await one.append('a', ONE, 'a1');
  const first = await one.follow(query(BOTH));
  await one.append('a', ONE, 'a2');
  const cursor = first.messages[0]?.cursor ?? assert.fail();
  const again = await one.follow(query(BOTH, { start: { kind: 'after', cursor } }));
  assert.deepEqual(again.story, ['a2', 'caught-up']);
  const id = requireUuid('00000000-0000-4000-8000-000000000001');
  const other: StreamCursor = { kind: 'stream', version: 1, stream: id };
  const wrong = await one.follow(query(BOTH, { start: { kind: 'after', cursor: other } }));
  assert.match(String(wrong.error), /the cursor belongs to a stream/);
  assert.ok(wrong.error instanceof AppError && wrong.error.details['field'] === 'cursor');
  await one.stop();
});

test('events of another process are found by polls whose pause doubles up to the limit', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(BOTH));
  const before = one.storage.count('readByType');
  await pass(one.time, 50 + 100 + 200 + 400 + 800 + 1_000);
  assert.equal(one.storage.count('readByType') - before, 6);
  await other.append('a', ONE, 'theirs');
  await pass(one.time, 950);
  assert.equal(follower.texts.length, 0);
  await pass(one.time, 50);
  assert.deepEqual(follower.texts, ['theirs']);
  await other.append('a', ONE, 'soon');
  await pass(one.time, 50);
  assert.deepEqual(follower.texts, ['theirs', 'soon']);
  await one.stop();
});

test('an append of another type causes no read', async () => {
  const one = followedStore();
  await one.follow(query(BOTH));
  const calls = one.storage.count('readByType');
  await one.append('b', THREE, 'of no interest');
  await settled();
  assert.equal(one.storage.count('readByType'), calls);
  await one.stop();
});

test('what the storage throws at an append counts as perhaps written', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(BOTH));
  await other.append('a', ONE, 'there');
  one.storage.before = (call) =>
    call === 'append' ? Promise.reject(new Error('lost')) : Promise.resolve();
  await assert.rejects(one.append('a', ONE, 'lost'), /may have been written/);
  await settled();
  assert.deepEqual(follower.texts, ['there']);
  await one.stop();
});

test('a name that nobody has used is followed as soon as somebody uses it', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query({ kind: 'types', types: ['Admitted'] }));
  assert.deepEqual([follower.story, one.storage.count('readByType')], [['caught-up'], 0]);
  await other.append('a', 'Admitted', 'theirs');
  await pass(one.time, 50);
  await one.append('a', 'Admitted', 'ours');
  await settled();
  assert.deepEqual(follower.texts, ['theirs', 'ours']);
  await one.stop();
});

test('no codes yet: an append of anything has the names looked up again', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query({ kind: 'types', types: ['Admitted'] }));
  await other.append('a', 'Admitted', 'theirs');
  await one.append('b', THREE, 'of no interest');
  await settled();
  assert.deepEqual(follower.texts, ['theirs']);
  await one.stop();
});

test('a name that gets its code while a page is read has that page read again', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  await one.append('a', ONE, 'a1');
  const follower = await one.follow(query({ kind: 'types', types: [ONE, 'Admitted'] }));
  let writes = 1;
  one.storage.before = async (call) => {
    if (call !== 'readByType' || writes === 0) return;
    writes = 0;
    // for a reader of ONE alone a3 is next, and a2 stands before it
    await other.append('a', 'Admitted', 'a2');
    await other.append('a', ONE, 'a3');
  };
  await pass(one.time, 50);
  assert.deepEqual([follower.story, writes], [['a1', 'caught-up', 'a2 a3'], 0]);
  await one.stop();
});

test('subscriptions that ask the same at the same moment share one read', async () => {
  const one = followedStore();
  for (let index = 0; index < 10; index += 1) await one.follow(query(BOTH));
  const before = one.storage.count('readByType');
  await one.append('a', ONE, 'x');
  await settled();
  // one that finds it, and one to each end
  assert.ok(one.storage.count('readByType') - before <= 2);
  await one.stop();
});

test('a read that began before an append is not joined by whom the append has woken', async () => {
  const one = followedStore();
  const early = await one.follow(query(BOTH));
  let release = (): void => {};
  one.storage.before = (call) =>
    call === 'readByType' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  one.time.advance(50);
  await settled();
  const hanging = release;
  one.storage.before = () => Promise.resolve();
  await one.append('a', ONE, 'x');
  const late = await one.follow(query(BOTH));
  assert.deepEqual([early.texts, late.texts], [[], ['x']]);
  hanging();
  await settled();
  assert.deepEqual(early.texts, ['x']);
  await one.stop();
});

test('all events where the feed is ordered, else NOT_SUPPORTED', async () => {
  const one = followedStore();
  await one.append('a', ONE, 'a1');
  const follower = await one.follow(query({ kind: 'all' }));
  await one.append('b', THREE, 'b1');
  await settled();
  assert.deepEqual(follower.story, ['a1', 'caught-up', 'b1']);
  one.storage.markMs = 0;
  const refused = await one.follow(query({ kind: 'all' }));
  assert.match(String(refused.error), /subscribe to types/);
  await one.stop();
});

test('a subscriber that takes nothing costs one page', async () => {
  const one = followedStore();
  const texts = Array.from({ length: 1_000 }, (_, index) => String(index));
  for (let turn = 0; turn < 5; turn += 1) await one.append('a', ONE, ...texts);
  const quiet = one.quiet(query(BOTH));
  await quiet.take();
  await pass(one.time, 5_000, 500);
  for (let turn = 0; turn < 5; turn += 1) await one.append('a', ONE, ...texts);
  await settled();
  assert.equal(one.storage.count('readByType'), 1);
  const { signal } = new AbortController();
  for await (const message of one.store.subscribe(query(BOTH), signal)) {
    if (message.kind === 'caught-up') break;
  }
  assert.equal(one.storage.count('readByType'), 11);
  assert.equal(NEVER.aborted, false);
  await one.stop();
});
