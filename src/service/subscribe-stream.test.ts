import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  code,
  FollowedStore,
  followedStore,
  pass,
  query,
} from '../../test/support/followed-store.js';
import { settled } from '../../test/support/follower.js';
import { AppError, FEED_START, requireUuid, type SubscriptionCursor } from '../core/index.js';

const ONE = code(1);
const TWO = code(2);
const ID = requireUuid('fade87a1-9df9-46bb-aae6-63b2b763094d');
const STREAM = { kind: 'stream', stream: ID } as const;
const FROM_NOW = { kind: 'now' } as const;

function after(version: number, stream = ID) {
  const cursor: SubscriptionCursor = { kind: 'stream', version, stream };
  return { start: { kind: 'after', cursor } } as const;
}

test('a stream is followed by version, from the start, from now and from a version', async () => {
  const one = followedStore();
  await one.append(ID, ONE, 'v1', 'v2');
  const all = await one.follow(query(STREAM));
  const fresh = await one.follow(query(STREAM, { start: FROM_NOW }));
  const second = await one.follow(query(STREAM, after(1)));
  await one.append('other', ONE, 'x');
  await one.append(ID, TWO, 'v3');
  await settled();
  assert.deepEqual(all.story, ['v1 v2', 'caught-up', 'v3']);
  assert.deepEqual(fresh.story, ['caught-up', 'v3']);
  assert.deepEqual(second.story, ['v2', 'caught-up', 'v3']);
  assert.deepEqual(all.cursor, { kind: 'stream', version: 3, stream: ID });
  await one.stop();
});

test('a stream that does not exist yet is waited for; others’ events come by polls', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(STREAM));
  await other.append(ID, ONE, 'v1');
  await settled();
  assert.deepEqual(follower.story, ['caught-up']);
  await pass(one.time, 50);
  assert.deepEqual(follower.story, ['caught-up', 'v1']);
  await one.stop();
});

test('beyond the last version nothing comes until the stream is there', async () => {
  const one = followedStore();
  await one.append(ID, ONE, 'v1');
  const follower = await one.follow(query(STREAM, after(2)));
  await one.append(ID, ONE, 'v2', 'v3');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'v3']);
  const reads = one.storage.count('readStream');
  const last = await one.follow(query(STREAM, after(2_147_483_647)));
  assert.equal(one.storage.count('readStream'), reads, 'there is no version after it');
  assert.deepEqual(last.story, ['caught-up']);
  await one.stop();
});

test('cursors of the feed and of other streams are refused', async () => {
  const one = followedStore();
  const other = requireUuid('00000000-0000-4000-8000-000000000001');
  const fromFeed = { start: { kind: 'after', cursor: FEED_START } } as const;
  for (const change of [after(1, other), fromFeed]) {
    const { error } = await one.follow(query(STREAM, change));
    assert.match(String(error), /does not belong to this stream/);
    assert.ok(error instanceof AppError && error.details['field'] === 'cursor');
  }
});

test('a long stream comes in pages of at most 1,000 events and 256 KiB', async () => {
  const one = followedStore();
  const large = 'x'.repeat(50_000);
  await one.append(ID, ONE, ...Array.from({ length: 12 }, () => large));
  await one.append(ID, ONE, 'y'.repeat(300_000));
  await one.append(ID, ONE, ...Array.from({ length: 1_000 }, (_, index) => String(index)));
  await one.append(ID, ONE, ...Array.from({ length: 1_000 }, (_, index) => String(index)));
  const follower = await one.follow(query(STREAM));
  const counts = follower.messages.map((message) =>
    message.kind === 'events' ? message.events.length : 0,
  );
  assert.deepEqual(counts.slice(0, 3), [5, 5, 2]);
  const { limit = 1_000 } = one.storage.streamQueries[1] ?? {};
  assert.ok(limit < 10, 'little is read that the page cannot hold');
  assert.equal(Math.max(...counts), 1_000);
  assert.equal(follower.events.length, 2_013);
  assert.ok(follower.events.every(({ version }, index) => version === index + 1));
  assert.equal(follower.messages.at(-1)?.kind, 'caught-up');
  await one.stop();
});

test('eager changes nothing for a stream', async () => {
  const one = followedStore();
  one.storage.markMs = 0;
  const follower = await one.follow(query(STREAM, { eager: true }));
  await one.append(ID, ONE, 'v1');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'v1']);
  await one.stop();
});
