import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testStore, type TestStore } from './test-store.js';

const TEST_TIME = { timeout: 20_000 };

async function typesIn(store: TestStore, stream: string): Promise<unknown[]> {
  const types: unknown[] = [];
  for await (const { type } of store.read(stream)) types.push(type);
  return types;
}

describe('timed events', TEST_TIME, () => {
  const shop = { application: 'shop', eventId: 'a' };

  test('an append at its time', async () => {
    const store = testStore();
    const append = { stream: 'order-1', type: 'TimedOut', data: { after: 'a day' } };
    await store.timers.schedule({ ...shop, due: { inMs: 86_400_000 }, append });
    await store.clock.advance(86_399_999);
    assert.deepEqual(await typesIn(store, 'order-1'), []);
    assert.equal(store.fired.length, 0);
    await store.clock.advance(1);
    assert.deepEqual(await typesIn(store, 'order-1'), ['TimedOut']);
    const atMs = Date.UTC(2030, 0, 2);
    const times = { dueMs: atMs, atMs, status: 200, error: undefined };
    assert.deepEqual(store.fired, [{ ...shop, kind: 'append', attempt: 1, ...times }]);
    assert.equal((await store.timers.get('shop', 'a'))?.status, 'completed');
  });

  test('a call, as its receiver sees it', async () => {
    const store = testStore();
    const headers = { 'X-Trace': '7' };
    const http = { url: 'https://shop.example/remind', headers, data: { order: 1 } };
    await store.timers.schedule({ ...shop, due: { inMs: 10 }, http });
    await store.clock.advance(1_000);
    const [call, ...others] = store.calls;
    assert.ok(call);
    assert.equal(others.length, 0);
    assert.deepEqual(
      [call.method, call.url, call.json, call.attempt, call.atMs, call.dueMs],
      ['POST', http.url, { order: 1 }, 1, Date.UTC(2030, 0, 1) + 10, Date.UTC(2030, 0, 1) + 10],
    );
    assert.equal(call.headers['x-trace'], '7');
    assert.equal(call.headers['content-type'], 'application/json');
    assert.equal(call.headers['cassadra-id'], call.id);
  });

  test('one that was cancelled does not fire', async () => {
    const store = testStore();
    await store.timers.schedule({ ...shop, due: { inMs: 10 }, http: { url: 'http://a.example' } });
    assert.equal(await store.timers.cancel('shop', 'a'), 'done');
    await store.clock.advance(100_000);
    assert.deepEqual([store.calls.length, store.fired.length], [0, 0]);
  });

  test('one that was moved fires at the new time; one in the past at once', async () => {
    const store = testStore();
    const http = { url: 'http://a.example' };
    await store.timers.schedule({ ...shop, due: { inMs: 10 }, http });
    await store.timers.reschedule('shop', 'a', { inMs: 5_000_000 });
    await store.timers.schedule({ application: 'shop', eventId: 'past', due: 0, http });
    await store.clock.advance(0);
    await store.timers.schedule({ application: 'shop', eventId: 'older', due: 0, http });
    await store.clock.advance(0);
    assert.deepEqual(
      store.fired.map(({ eventId }) => eventId),
      ['past', 'older'],
    );
    await store.clock.advance(4_999_999);
    assert.equal(store.fired.length, 2);
    await store.clock.advance(1);
    assert.deepEqual(
      store.fired.map(({ eventId }) => eventId),
      ['past', 'older', 'a'],
    );
  });

  test('in the order of their times, also those that a receiver schedules on the way', async () => {
    const seen: string[] = [];
    const store = testStore({
      onCall: async ({ eventId }) => {
        seen.push(`${eventId} ${store.clock.nowMs() - startMs}`);
        if (eventId !== 'b') return undefined;
        const due = { inMs: 500 };
        await store.timers.schedule({ application: 'shop', eventId: 'c', due, http });
        return undefined;
      },
    });
    const startMs = store.clock.nowMs();
    const http = { url: 'http://a.example' };
    for (const [eventId, inMs] of [
      ['d', 90_000],
      ['b', 2_000],
      ['a', 1_000],
    ] as const) {
      await store.timers.schedule({ application: 'shop', eventId, due: { inMs }, http });
    }
    await store.clock.advance(100_000);
    assert.deepEqual(seen, ['a 1000', 'b 2000', 'c 2500', 'd 90000']);
  });

  test('retries as the policy says, at their times', async () => {
    const store = testStore({
      onCall: ({ attempt }) => {
        if (attempt === 1) return { status: 503 };
        if (attempt === 2) throw new Error('connection refused');
        return { status: 204 };
      },
    });
    const retry = { attempts: 5, firstDelayMs: 60_000, jitter: 0 };
    const http = { url: 'http://a.example' };
    await store.timers.schedule({ ...shop, due: { inMs: 0 }, http, retry });
    const startMs = store.clock.nowMs();
    await store.clock.advance(3_600_000);
    assert.deepEqual(
      store.fired.map(({ attempt, atMs, status, error }) => [
        attempt,
        atMs - startMs,
        status ?? error,
      ]),
      [
        [1, 0, 503],
        [2, 60_000, 'connection refused'],
        [3, 180_000, 204],
      ],
    );
    assert.equal((await store.timers.get('shop', 'a'))?.status, 'completed');
  });

  test('an answer that takes its time, and one that never comes', async () => {
    const store = testStore({
      onCall: ({ eventId }) => ({ afterMs: eventId === 'slow' ? 9_000 : Infinity }),
    });
    const http = { url: 'http://a.example' };
    const retry = { attempts: 1 };
    for (const eventId of ['slow', 'never']) {
      await store.timers.schedule({ application: 'shop', eventId, due: { inMs: 0 }, http, retry });
    }
    await store.clock.advance(8_999);
    assert.equal(store.fired.length, 0);
    assert.equal((await store.timers.get('shop', 'slow'))?.status, 'processing');
    await store.clock.advance(1);
    assert.deepEqual(
      store.fired.map(({ eventId }) => eventId),
      ['slow'],
    );
    await store.clock.advance(6_000);
    assert.deepEqual(store.fired[1]?.error, 'timed out after 15000 ms');
    assert.equal((await store.timers.get('shop', 'never'))?.status, 'failed');
  });

  test('years pass quickly, also for who is subscribed', async () => {
    const store = testStore();
    const subscription = store.subscribe({ types: ['TimedOut'] });
    const first = (async () => {
      for await (const item of subscription) if (item.kind === 'event') return item.event.stream;
      return undefined;
    })();
    const append = { stream: 'order-1', type: 'TimedOut' };
    await store.timers.schedule({ ...shop, due: { inMs: 10 * 365 * 86_400_000 }, append });
    await store.clock.advance(20 * 365 * 86_400_000);
    assert.equal(await first, 'order-1');
  });
});

describe('the clock', TEST_TIME, () => {
  test('takes whole ms, one advance at a time', async () => {
    const store = testStore();
    for (const wrong of [-1, 0.5, Number.NaN, Infinity]) {
      await assert.rejects(store.clock.advance(wrong), RangeError);
    }
    const first = store.clock.advance(1);
    await assert.rejects(store.clock.advance(1), /await each advance/);
    await first;
    await store.clock.advance(1);
  });

  test('timed events that never end coming due are told', async () => {
    let count = 0;
    const store = testStore({
      onCall: async () => {
        count += 1;
        await schedule(String(count));
        return undefined;
      },
    });
    const schedule = (eventId: string): Promise<unknown> => {
      const http = { url: 'http://a.example' };
      const due = { inMs: 0 };
      return store.timers.schedule({ application: 'shop', eventId, due, http, retentionMs: 1_000 });
    };
    await schedule('first');
    await assert.rejects(store.clock.advance(1), /go on coming due/);
  });
});
