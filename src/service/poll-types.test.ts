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
import { settled, textOf } from '../../test/support/follower.js';
import { AppError, FEED_START } from '../core/index.js';
import type { FeedPage } from '../storage/index.js';
import type { TypesPoll } from './subscription.js';

const ONE = code(1);

function poll(change: Partial<TypesPoll> = {}): TypesPoll {
  const page = { after: FEED_START, limit: 100, bytesMax: 1_000_000 };
  return { types: [ONE, 'Paid'], ...page, waitMs: 0, ...change };
}

function texts({ events }: FeedPage): string[] {
  return events.map(textOf);
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'none';
}

test('answers what there is, of codes and of names; without it nothing, at once', async () => {
  const one = followedStore();
  const nothing = await one.store.pollTypes(poll(), NEVER);
  assert.deepEqual(nothing, { events: [], next: FEED_START, caughtUp: true });
  await one.append('a', ONE, 'a1');
  await new FollowedStore(one.storage, one.time).append('a', 'Paid', 'a2');
  const page = await one.store.pollTypes(poll({ limit: 1 }), NEVER);
  assert.deepEqual([texts(page), page.caughtUp], [['a1'], false]);
  const next = await one.store.pollTypes(poll({ after: page.next }), NEVER);
  assert.deepEqual([texts(next), next.caughtUp], [['a2'], true]);
});

test('waits for events of this process and of others, and no longer than it says', async () => {
  const one = followedStore();
  const own = one.store.pollTypes(poll({ waitMs: 30_000 }), NEVER);
  await settled();
  await one.append('a', 'Paid', 'ours');
  const page = await own;
  assert.deepEqual(texts(page), ['ours']);
  const theirs = one.store.pollTypes(poll({ after: page.next, waitMs: 30_000 }), NEVER);
  await pass(one.time, 5_000);
  await new FollowedStore(one.storage, one.time).append('a', ONE, 'theirs');
  await pass(one.time, 1_000);
  const found = await theirs;
  assert.deepEqual(texts(found), ['theirs']);
  let answered = false;
  const late = one.store.pollTypes(poll({ after: found.next, waitMs: 300 }), NEVER);
  void late.then(() => (answered = true));
  await pass(one.time, 250);
  assert.equal(answered, false);
  await pass(one.time, 50);
  assert.deepEqual([(await late).events, answered], [[], true]);
});

test('takes a place among the subscriptions only while it waits', async () => {
  const one = followedStore({ subscriptionsMax: 1 });
  await one.follow(query({ kind: 'types', types: [ONE] }));
  assert.deepEqual((await one.store.pollTypes(poll(), NEVER)).events, []);
  const refused = await one.store.pollTypes(poll({ waitMs: 1 }), NEVER).catch(codeOf);
  assert.equal(refused, 'TOO_MANY_SUBSCRIPTIONS');
  await one.stop();
  const call = new AbortController();
  const waiting = one.store.pollTypes(poll({ waitMs: 1_000 }), call.signal).catch(codeOf);
  await settled();
  call.abort();
  assert.equal(await waiting, 'CANCELLED');
  const second = one.store.pollTypes(poll({ waitMs: 100 }), NEVER);
  await pass(one.time, 100);
  assert.deepEqual((await second).events, []);
  const third = one.store.pollTypes(poll({ waitMs: 100 }), NEVER);
  await pass(one.time, 100);
  assert.deepEqual((await third).events, []);
});

test('polls of one moment share a read, but never one that has begun before', async () => {
  const one = followedStore();
  const orders = [
    [ONE, code(2)],
    [code(2), ONE],
  ];
  await Promise.all(orders.map((types) => one.store.pollTypes(poll({ types }), NEVER)));
  assert.equal(one.storage.count('readByType'), 1);
  let release = (): void => {};
  one.storage.before = (call) =>
    call === 'readByType' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  const early = one.store.pollTypes(poll({ types: [ONE] }), NEVER);
  await settled();
  const hanging = release;
  one.storage.before = () => Promise.resolve();
  await new FollowedStore(one.storage, one.time).append('a', ONE, 'x');
  assert.deepEqual(texts(await one.store.pollTypes(poll({ types: [ONE] }), NEVER)), ['x']);
  hanging();
  await early;
});

test('bad polls are refused by the names of the fields', async () => {
  const one = followedStore();
  const cases: [Partial<TypesPoll>, RegExp][] = [
    [{ types: [] }, /^types must not be empty/],
    [{ waitMs: -1 }, /^wait_ms must be/],
    [{ waitMs: 30_001 }, /^wait_ms is 30001, over the limit of 30000/],
    [{ limit: 0 }, /^limit must be at least 1/],
    [{ limit: 10_001 }, /^limit is 10001/],
  ];
  for (const [change, message] of cases) {
    await assert.rejects(one.store.pollTypes(poll(change), NEVER), { message });
  }
  assert.deepEqual(one.storage.calls, []);
});
