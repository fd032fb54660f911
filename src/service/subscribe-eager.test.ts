import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  code,
  FollowedStore,
  followedStore,
  pass,
  query,
} from '../../test/support/followed-store.js';
import { settled, type Follower } from '../../test/support/follower.js';
import { AppError } from '../core/index.js';

const ONE = code(1);
const TWO = code(2);
const EAGER = { eager: true } as const;
const UNAVAILABLE = new AppError('UNAVAILABLE', 'no quorum');
const TO_ONE = { kind: 'types', types: [ONE] } as const;

/** A store whose feed trails: the mark stands still until a test moves it. */
function trailingStore(): FollowedStore {
  const one = followedStore();
  one.storage.markMs = one.time.nowMs();
  return one;
}

/** Lets the feed see everything that is written so far. */
async function catchUp(one: FollowedStore): Promise<void> {
  await pass(one.time, 1_050);
  one.storage.markMs = one.time.nowMs();
  await pass(one.time, 1_050);
}

function eventsOf(follower: Follower): string[] {
  return follower.story.filter((line) => line !== 'checkpoint' && line !== 'caught-up');
}

test('an append of this process comes at once without a cursor, and only once', async () => {
  const one = trailingStore();
  const follower = await one.follow(query(TO_ONE, EAGER));
  const patient = await one.follow(query(TO_ONE));
  await one.append('a', ONE, 'a1', 'a2');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'a1 a2 *']);
  assert.deepEqual(follower.cursor, { kind: 'start' });
  assert.deepEqual(patient.story, ['caught-up']);
  await catchUp(one);
  assert.deepEqual(follower.story, ['caught-up', 'a1 a2 *', 'checkpoint']);
  assert.deepEqual(patient.story, ['caught-up', 'a1 a2']);
  assert.deepEqual(follower.cursor, patient.cursor);
  await one.stop();
});

test('what others wrote before it in the stream comes with it, in order', async () => {
  const one = trailingStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(TO_ONE, EAGER));
  await one.append('a', ONE, 'a1');
  await settled();
  await other.append('a', ONE, 'a2');
  await other.append('a', TWO, 'no');
  await one.append('a', ONE, 'a4');
  await settled();
  assert.deepEqual(eventsOf(follower), ['a1 *', 'a2 a4 *']);
  await catchUp(one);
  assert.deepEqual(follower.texts, ['a1', 'a2', 'a4']);
  await one.stop();
});

test('the stream is read back only to what the feed has delivered', async () => {
  const one = trailingStore();
  await one.append('a', ONE, 'a1');
  await catchUp(one);
  const follower = await one.follow(query(TO_ONE, EAGER));
  await one.append('a', ONE, 'a2');
  await settled();
  await catchUp(one);
  await one.append('a', ONE, 'a3');
  await settled();
  assert.deepEqual(eventsOf(follower), ['a1', 'a2 *', 'a3 *']);
  await one.stop();
});

test('a reader from now is not sent what was before', async () => {
  const one = trailingStore();
  await one.append('a', ONE, 'a1');
  await catchUp(one);
  const follower = await one.follow(query(TO_ONE, { ...EAGER, start: { kind: 'now' } }));
  await one.append('a', ONE, 'a2');
  await settled();
  assert.deepEqual(eventsOf(follower), ['a2 *']);
  await one.stop();
});

test('while the feed waits for its mark eager events go on coming', async () => {
  const one = trailingStore();
  const follower = await one.follow(query(TO_ONE, EAGER));
  let release = (): void => {};
  one.storage.before = (call) =>
    call === 'readByType' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  await one.append('a', ONE, 'a1');
  await settled();
  await one.append('b', ONE, 'b1');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'a1 *', 'b1 *']);
  one.storage.before = () => Promise.resolve();
  release();
  await catchUp(one);
  assert.deepEqual(follower.texts, ['a1', 'b1']);
  await one.stop();
});

test('one that has to catch up is sent nothing before it has', async () => {
  const one = trailingStore();
  const many = Array.from({ length: 1_000 }, (_, index) => String(index));
  await one.append('a', ONE, ...many);
  await one.append('a', ONE, ...many);
  await catchUp(one);
  const follower = one.quiet(query(TO_ONE, EAGER));
  await follower.take();
  await one.append('b', ONE, 'b1');
  await settled();
  await follower.take();
  await follower.take();
  assert.equal(follower.messages[2]?.kind, 'caught-up');
  assert.equal(follower.texts.length, 2_000);
  void follower.takeAll();
  await catchUp(one);
  assert.equal(follower.texts.at(-1), 'b1');
  assert.ok(!follower.story.some((line) => line.endsWith('*')), 'the feed has brought it');
  await one.stop();
});

test('more than can be read back at once comes by the feed, in order', async () => {
  const one = trailingStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(TO_ONE, EAGER));
  const many = Array.from({ length: 1_000 }, (_, index) => String(index));
  await other.append('a', ONE, ...many);
  await one.append('a', ONE, 'last');
  await other.append('b', ONE, ...Array.from({ length: 6 }, () => 'x'.repeat(50_000)));
  await one.append('b', ONE, 'last');
  await settled();
  assert.deepEqual(eventsOf(follower), []);
  await catchUp(one);
  const versions = follower.events
    .filter(({ streamName }) => streamName === 'a')
    .map(({ version }) => version);
  assert.deepEqual(
    versions,
    Array.from({ length: 1_001 }, (_, index) => index + 1),
  );
  await one.stop();
});

test('at most 10,000 are remembered as sent; then the feed has to catch up', async () => {
  const one = trailingStore();
  const follower = await one.follow(query(TO_ONE, EAGER));
  const some = Array.from({ length: 500 }, () => 'x');
  for (let stream = 0; stream < 21; stream += 1) await one.append(`s${stream}`, ONE, ...some);
  await settled();
  await settled();
  assert.equal(follower.texts.length, 10_000);
  await catchUp(one);
  assert.equal(follower.texts.length, 10_500);
  await one.append('s0', ONE, 'again');
  await settled();
  assert.equal(follower.story.at(-1), 'again *');
  await one.stop();
});

test('filters hold for eager events; a name that is new to the reader, too', async () => {
  const one = trailingStore();
  const other = new FollowedStore(one.storage, one.time);
  const filter = { types: ['Paid', ONE], streamPrefix: 'a', metadata: new Map() };
  const source = { kind: 'types', types: [ONE, TWO, 'Paid'] } as const;
  const follower = await one.follow(query(source, { ...EAGER, filter }));
  await other.append('a', 'Paid', 'a1');
  await one.append('a', TWO, 'no');
  await one.append('b', ONE, 'no');
  await one.append('a', ONE, 'a3');
  await settled();
  assert.deepEqual(follower.texts, ['a1', 'a3']);
  await catchUp(one);
  assert.deepEqual(follower.texts, ['a1', 'a3']);
  await one.stop();
});

test('a read back that fails leaves the events to the feed', async () => {
  const one = trailingStore();
  const follower = await one.follow(query(TO_ONE, EAGER));
  one.storage.before = (call) =>
    call === 'readStream' ? Promise.reject(UNAVAILABLE) : Promise.resolve();
  await one.append('a', ONE, 'a1');
  await settled();
  assert.deepEqual(follower.story, ['caught-up']);
  await catchUp(one);
  assert.deepEqual(eventsOf(follower), ['a1']);
  await one.stop();
});

test('after an append that the feed does not show yet it is asked soon again', async () => {
  const one = trailingStore();
  const follower = await one.follow(query(TO_ONE));
  await pass(one.time, 5_000);
  await one.append('a', ONE, 'a1');
  await settled();
  assert.deepEqual(follower.texts, []);
  one.storage.markMs = one.time.nowMs() + 1;
  await pass(one.time, 50);
  assert.deepEqual(follower.texts, ['a1']);
  await one.stop();
});

test('where the feed is ordered the event comes at once with its cursor', async () => {
  const one = followedStore();
  const follower = await one.follow(query(TO_ONE, EAGER));
  await one.append('a', ONE, 'a1');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'a1']);
  await one.stop();
});
