import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientFor, listOf, storeFor } from './store-for-clients.js';

test('calls go on when their server is started again at the same port', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const pipeline = client.appendMany();
  await pipeline.append('s', { type: 'T', data: 1 });
  await store.stop();
  const appending = client.append('s', { type: 'T', data: 2 }, { expected: 1 });
  const reading = listOf(client.read('s', { limit: 1 }));
  await store.start();
  assert.equal((await appending).lastVersion, 2);
  assert.equal((await reading).length, 1);
  assert.equal((await pipeline.append('s', { type: 'T', data: 3 })).lastVersion, 3);
  await pipeline.close();
});

test('a read whose server is started again goes on with the next event', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const padding = 'x'.repeat(10_000);
  const events = Array.from({ length: 100 }, () => ({ type: 'T', data: padding }));
  for (let round = 0; round < 4; round += 1) await client.append('s', events);
  for (const direction of ['forward', 'backward'] as const) {
    const versions: number[] = [];
    for await (const event of client.read('s', { direction, limit: 390 })) {
      versions.push(event.version);
      if (versions.length === 2) {
        await store.stop();
        await store.start();
      }
    }
    const all = Array.from({ length: 400 }, (_, index) => index + 1);
    const expected = direction === 'forward' ? all : all.reverse();
    assert.deepEqual(versions, expected.slice(0, 390));
  }
});

test('a subscription whose server is started again sees every event once', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const losses: number[] = [];
  const onDisconnect = (_error: Error, retryInMs: number): void => void losses.push(retryInMs);
  const seen: unknown[] = [];
  await client.append('s', { type: 'T', data: 0 });
  const subscription = client.subscribe({ types: ['T'], from: 'now', onDisconnect });
  let next = 1;
  for await (const item of subscription) {
    if (item.kind === 'event') seen.push(item.event.data);
    if (seen.length === 20) break;
    if (item.kind === 'event' && seen.length < next - 1) continue;
    if (next % 5 === 0) {
      await store.stop();
      await store.start();
    }
    await client.append('s', { type: 'T', data: next });
    next += 1;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  assert.ok(losses.length >= 3, `${losses.length} losses`);
});

test('events that came eagerly do not come again, from the feed or after a loss', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await client.append('s', { type: 'T', data: 0 });
  const subscription = client.subscribe({ types: ['T'], eager: true });
  const seen: unknown[] = [];
  for await (const item of subscription) {
    if (item.kind !== 'event') continue;
    seen.push(item.event.data);
    if (seen.length === 10) break;
    if (seen.length % 3 === 0) {
      await store.stop();
      await store.start();
    }
    await client.append('s', { type: 'T', data: seen.length });
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 10 }, (_, index) => index),
  );
});
