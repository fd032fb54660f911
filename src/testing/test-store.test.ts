import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoreError, VersionConflictError, type RecordedEvent } from '../client/index.js';
import { testStore, type TestStore } from './test-store.js';

const TEST_TIME = { timeout: 20_000 };

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('a store in the process', TEST_TIME, () => {
  test('appends, reads, lists', async () => {
    const store = testStore();
    const { duplicate, ...first } = await store.append('s', { type: 'A', data: { n: 1 } });
    const savetimeMs = Date.UTC(2030, 0, 1);
    assert.deepEqual(first, { firstVersion: 1, lastVersion: 1, savetimeMs });
    assert.equal(duplicate, false);
    const [event] = await listOf(store.read('s'));
    assert.deepEqual([event?.type, event?.version, event?.data], ['A', 1, { n: 1 }]);
    assert.equal((await store.getStream('s')).currentVersion, 1);
    assert.deepEqual(
      (await listOf(store.listStreams())).map(({ stream }) => stream),
      ['s'],
    );
    const { events, caughtUp } = await store.poll({ types: ['A'] });
    assert.deepEqual([events.length, caughtUp], [1, true]);
  });

  test('a pipeline of appends', async () => {
    const store = testStore();
    const pipeline = store.appendMany();
    const appends = [1, 2, 3].map((n) => pipeline.append('s', { type: `T${n}` }));
    const versions = (await Promise.all(appends)).map(({ lastVersion }) => lastVersion);
    await pipeline.close();
    assert.deepEqual(versions, [1, 2, 3]);
  });

  test('errors are those of the wire', async () => {
    const store = testStore();
    await store.append('s', { type: 'A' });
    await assert.rejects(store.append('s', { type: 'B' }, { expected: 0 }), (error: unknown) => {
      assert.ok(error instanceof VersionConflictError);
      assert.equal(error.currentVersion, 1);
      return true;
    });
    const unknown = store.timers.cancel('shop', 'none');
    await assert.rejects(unknown, (error) => {
      return error instanceof StoreError && error.reason === 'NOT_FOUND';
    });
  });

  test('a subscription: what there is, then what comes', async () => {
    const store = testStore();
    await store.append('s', { type: 'A', data: 1 });
    const subscription = store.subscribe({ stream: 's' });
    const seen: RecordedEvent[] = [];
    for await (const item of subscription) {
      if (item.kind === 'caught-up') await store.append('s', { type: 'A', data: 2 });
      if (item.kind !== 'event') continue;
      seen.push(item.event);
      if (seen.length === 2) break;
    }
    assert.deepEqual(
      seen.map(({ data }) => data),
      [1, 2],
    );
  });

  test('the same seed gives the same ids, another one others', async () => {
    const idIn = async (store: TestStore): Promise<unknown> => {
      await store.append('s', { type: 'A' });
      return (await listOf(store.read('s')))[0]?.eventId;
    };
    const id = await idIn(testStore());
    assert.equal(await idIn(testStore()), id);
    assert.notEqual(await idIn(testStore({ seed: 2 })), id);
  });

  test('the clock begins where it is set, and gives the savetimes', async () => {
    const now = new Date('2031-05-01T00:00:00Z');
    const store = testStore({ now });
    assert.equal((await store.append('s', { type: 'A' })).savetimeMs, now.getTime());
    await store.clock.advance(60_000);
    assert.equal((await store.append('s', { type: 'A' })).savetimeMs, now.getTime() + 60_000);
    assert.equal(store.clock.nowMs(), now.getTime() + 60_000);
    for (const wrong of [Number.NaN, -1, 0.5]) {
      assert.throws(() => testStore({ now: wrong }), RangeError);
    }
  });

  test('once it is closed, everything ends', async () => {
    const store = testStore();
    const reading = listOf(store.subscribe({ stream: 's' }));
    const waiting = store.poll({ types: ['A'], waitMs: 30_000 });
    const ended = Promise.allSettled([reading, waiting]);
    await store.clock.advance(0);
    await store.close();
    for (const result of await ended) {
      assert.ok(result.status === 'rejected');
      const reason: unknown = result.reason;
      assert.ok(reason instanceof StoreError);
      assert.equal(reason.reason, 'CLIENT_CLOSED');
    }
    await assert.rejects(store.append('s', { type: 'A' }), { reason: 'CLIENT_CLOSED' });
  });
});

describe('time-outs of the server follow the clock', TEST_TIME, () => {
  test('a long poll', async () => {
    const store = testStore();
    let over = false;
    const poll = store.poll({ types: ['A'], waitMs: 30_000 }).finally(() => (over = true));
    await store.clock.advance(29_999);
    assert.equal(over, false);
    await store.clock.advance(1);
    assert.equal((await poll).events.length, 0);
  });
});
