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
import { ANY_VERSION, encodeMetadata, type Metadata } from '../core/index.js';
import type { EventFilter } from './subscription.js';

const ONE = code(1);
const TWO = code(2);
const BOTH = { kind: 'types', types: [ONE, TWO] } as const;
const ALL = { kind: 'all' } as const;

function filtered(filter: Partial<EventFilter>): { readonly filter: EventFilter } {
  return { filter: { types: [], streamPrefix: '', metadata: new Map(), ...filter } };
}

async function appendWith(one: FollowedStore, text: string, metadata: Metadata): Promise<void> {
  const content = { kind: 'text', text } as const;
  const event = { type: ONE, content, metadata: encodeMetadata(metadata) ?? '{}' };
  await one.store.append({ stream: 's', expected: ANY_VERSION, events: [event] }, NEVER);
}

test('filters by type, by the beginning of the stream, by metadata', async () => {
  const one = followedStore();
  await one.append('patient-1', ONE, 'p1');
  await one.append('order-1', TWO, 'o1');
  await one.append('order-1', 'Paid', 'o2');
  await one.append('FADE87A1-9df9-46bb-aae6-63b2b763094d', ONE, 'u1');
  await appendWith(
    one,
    'm1',
    new Map([
      ['tenant', 'a'],
      ['x', 'y'],
    ]),
  );
  await appendWith(one, 'm2', new Map([['tenant', 'b']]));
  const seen = async (filter: Partial<EventFilter>): Promise<readonly string[]> =>
    (await one.follow(query(ALL, filtered(filter)))).texts;
  assert.deepEqual(await seen({ types: [TWO, 'Paid', 'Unknown'] }), ['o1', 'o2']);
  assert.deepEqual(await seen({ streamPrefix: 'order-' }), ['o1', 'o2']);
  assert.deepEqual(await seen({ streamPrefix: 'fade87a1' }), ['u1']);
  assert.deepEqual(await seen({ metadata: new Map([['tenant', 'a']]) }), ['m1']);
  assert.deepEqual(
    await seen({
      metadata: new Map([
        ['tenant', 'a'],
        ['x', 'z'],
      ]),
    }),
    [],
  );
  await one.stop();
});

test('a name in a filter counts as soon as an event uses it, also of another process', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  const follower = await one.follow(query(ALL, filtered({ types: ['Paid'] })));
  await other.append('a', 'Sent', 'no');
  await other.append('a', 'Paid', 'yes');
  await pass(one.time, 50);
  assert.deepEqual(follower.texts, ['yes']);
  await one.stop();
});

test('what is left out is told by a checkpoint before the next pause', async () => {
  const one = followedStore();
  const follower = await one.follow(query(BOTH, filtered({ types: [ONE] })));
  await one.append('a', TWO, 'no');
  await settled();
  assert.deepEqual(follower.story, ['caught-up', 'checkpoint']);
  const cursor = follower.cursor ?? assert.fail();
  const next = await one.follow(query(BOTH, { start: { kind: 'after', cursor } }));
  assert.deepEqual(next.texts, []);
  await pass(one.time, 3_000);
  assert.deepEqual(follower.story, ['caught-up', 'checkpoint']);
  await one.stop();
});

test('while much is left out a checkpoint comes each 10,000 events', async () => {
  const one = followedStore();
  const texts = Array.from({ length: 1_000 }, () => 'x');
  for (let turn = 0; turn < 25; turn += 1) await one.append('a', TWO, ...texts);
  const follower = await one.follow(query(BOTH, filtered({ types: [ONE] })));
  await settled();
  assert.deepEqual(follower.story, ['checkpoint', 'checkpoint', 'caught-up']);
  await one.stop();
});

test('while something is left out for a second a checkpoint comes', async () => {
  const one = followedStore();
  const texts = Array.from({ length: 1_000 }, () => 'x');
  for (let turn = 0; turn < 4; turn += 1) await one.append('a', TWO, ...texts);
  one.storage.before = async (call) => {
    if (call === 'readByType') one.time.advance(400);
  };
  const follower = await one.follow(query(BOTH, filtered({ types: [ONE] })));
  await settled();
  assert.deepEqual(follower.story, ['checkpoint', 'caught-up']);
  await one.stop();
});
