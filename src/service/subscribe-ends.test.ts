import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { code, followedStore, NEVER, pass, query } from '../../test/support/followed-store.js';
import { Follower, settled } from '../../test/support/follower.js';
import { fakeComponents, WatchedStorage } from '../../test/support/watched-storage.js';
import {
  AppError,
  deadlineReached,
  DEFAULT_LIMITS,
  FEED_START,
  type ErrorCode,
} from '../core/index.js';
import { FakeTime } from '../runtime/index.js';
import { AppendNotices } from './append-notices.js';
import { DEFAULT_SUBSCRIPTION_LIMITS } from './open-readers.js';
import { OpenStorage } from './open-storage.js';
import { Subscriptions } from './subscriptions.js';
import { TypeNames } from './type-names.js';
import { TypeRegistry } from './type-registry.js';

const ONE = code(1);
const TO_ONE = { kind: 'types', types: [ONE] } as const;
const UNAVAILABLE = new AppError('UNAVAILABLE', 'no quorum');

function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof AppError ? error.code : undefined;
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

test('a reader that returns leaves nothing behind, also while a read hangs', async () => {
  for (const hangs of [false, true]) {
    const one = followedStore({ subscriptionsMax: 1 });
    const { signal } = new AbortController();
    const follower = await one.follow(query(TO_ONE), signal);
    if (hangs) {
      one.storage.before = () => new Promise(() => {});
      await pass(one.time, 50);
    }
    assert.equal(listeners(signal), 1);
    const calls = one.storage.calls.length;
    await follower.stop();
    await settled();
    assert.deepEqual([follower.error, follower.ended], [undefined, true]);
    assert.equal(listeners(signal), 0);
    one.storage.before = () => Promise.resolve();
    await one.append('a', ONE, 'x');
    await pass(one.time, 2_000);
    assert.equal(one.storage.calls.length - calls, 1, 'nothing but the append reserves its type');
    const next = await one.follow(query(TO_ONE));
    assert.deepEqual(next.texts, ['x']);
    await one.stop();
  }
});

test('what ends listens to no append any more', async () => {
  const time = new FakeTime();
  const watched = new WatchedStorage(time);
  const storage = new OpenStorage(() => watched);
  const components = fakeComponents(time);
  const notices = new AppendNotices();
  const types = new TypeRegistry(new TypeNames(time));
  const subscriptions = new Subscriptions({
    ...{ storage, components, notices, types },
    limits: DEFAULT_LIMITS,
    subscriptionLimits: DEFAULT_SUBSCRIPTION_LIMITS,
  });
  const call = new AbortController();
  const first = new Follower(subscriptions.subscribe(query(TO_ONE), call.signal));
  const second = new Follower(subscriptions.subscribe(query(TO_ONE), NEVER));
  const poll = { types: [ONE], after: FEED_START, limit: 1, bytesMax: 1_000, waitMs: 100 };
  const polled = subscriptions.poll(poll, NEVER);
  await Promise.all([first.take(), second.take()]);
  assert.equal(notices.idle, false);
  call.abort();
  await second.stop();
  await pass(time, 100);
  assert.deepEqual((await polled).events, []);
  assert.equal(notices.idle, true);
});

test('the end of the call ends it with its reason, also when nobody pulls', async () => {
  const one = followedStore({ subscriptionsMax: 1 });
  const call = new AbortController();
  const quiet = one.quiet(query(TO_ONE), call.signal);
  await quiet.take();
  call.abort(deadlineReached());
  const follower = await one.follow(query(TO_ONE));
  assert.deepEqual(follower.story, ['caught-up'], 'its place is free');
  await quiet.take();
  assert.equal(codeOf(quiet.error), 'DEADLINE_EXCEEDED');
  const pulled = new AbortController();
  await one.stop();
  const waiting = await one.follow(query(TO_ONE), pulled.signal);
  pulled.abort(deadlineReached());
  await settled();
  assert.equal(codeOf(waiting.error), 'DEADLINE_EXCEEDED');
  assert.equal(await waiting.take(), undefined);
});

test('more than the limit are refused; what ends makes room', async () => {
  const one = followedStore({ subscriptionsMax: 2 });
  const first = await one.follow(query(TO_ONE));
  await one.follow(query(TO_ONE));
  const third = await one.follow(query(TO_ONE));
  assert.equal(codeOf(third.error), 'TOO_MANY_SUBSCRIPTIONS');
  await first.stop();
  const fourth = await one.follow(query(TO_ONE));
  assert.deepEqual(fourth.story, ['caught-up']);
  await one.stop();
});

test('a store that drains ends all at once and takes none', async () => {
  const one = followedStore();
  const waiting = await one.follow(query(TO_ONE));
  const quiet = one.quiet(query(TO_ONE));
  await quiet.take();
  const poll = { types: [ONE], after: FEED_START, limit: 1, bytesMax: 1_000, waitMs: 30_000 };
  const polled = one.store.pollTypes(poll, NEVER).catch(codeOf);
  await settled();
  await one.store.drain(0);
  await settled();
  assert.equal(codeOf(waiting.error), 'NOT_READY');
  await quiet.take();
  assert.equal(codeOf(quiet.error), 'NOT_READY');
  assert.equal(await polled, 'NOT_READY');
  const late = await one.follow(query(TO_ONE));
  assert.equal(codeOf(late.error), 'NOT_READY');
});

test('a storage that does not answer is borne for 10 s', async () => {
  const one = followedStore();
  const follower = await one.follow(query(TO_ONE));
  const before = one.storage.count('readByType');
  one.storage.before = () => Promise.reject(UNAVAILABLE);
  await pass(one.time, 9_000);
  assert.equal(follower.error, undefined);
  const tries = one.storage.count('readByType') - before;
  assert.ok(tries > 8 && tries < 25, `${tries} tries`);
  one.storage.before = () => Promise.resolve();
  await one.append('a', ONE, 'x');
  await pass(one.time, 1_000);
  assert.deepEqual(follower.texts, ['x']);
  one.storage.before = () => Promise.reject(UNAVAILABLE);
  one.storage.state = { kind: 'not-ready', reason: 'no quorum' };
  await pass(one.time, 10_000);
  assert.equal(follower.error, undefined);
  await pass(one.time, 1_100);
  assert.equal(codeOf(follower.error), 'NOT_READY');
});

test('any other error of the storage ends it at once', async () => {
  const one = followedStore();
  const follower = await one.follow(query(TO_ONE));
  one.storage.before = () => Promise.reject(new AppError('STREAM_CORRUPT', 'a hole'));
  await pass(one.time, 50);
  assert.equal(codeOf(follower.error), 'STREAM_CORRUPT');
});

test('before the storage is ready there is no subscription', async () => {
  const one = followedStore();
  one.storage.state = { kind: 'not-ready', reason: 'it starts' };
  const follower = await one.follow(query(TO_ONE));
  assert.equal(codeOf(follower.error), 'NOT_READY');
});

test('bad queries are refused by the names of the fields', async () => {
  const one = followedStore();
  const many = Array.from({ length: 101 }, (_, index) => code(index));
  const pairs = new Map(many.slice(0, 21).map((type) => [String(type), '']));
  const filter = { types: [], streamPrefix: '', metadata: new Map() };
  const cases = [
    [query({ kind: 'types', types: [] }), /^types must not be empty/],
    [query({ kind: 'types', types: many }), /^types is 101, over the limit of 100/],
    [query({ kind: 'types', types: [''] }), /^types must not be empty/],
    [query({ kind: 'stream', stream: '' }), /^stream must not be empty/],
    [query(TO_ONE, { filter: { ...filter, types: many } }), /^filter.types is 101/],
    [query(TO_ONE, { filter: { ...filter, metadata: pairs } }), /^filter.metadata is 21/],
    [
      query(TO_ONE, { filter: { ...filter, streamPrefix: 'x'.repeat(513) } }),
      /^filter.stream_prefix is 513 bytes/,
    ],
  ] as const;
  for (const [asked, message] of cases) {
    const { error } = await one.follow(asked);
    assert.match(error instanceof AppError ? error.message : '', message);
  }
  assert.deepEqual(one.storage.calls, []);
});
