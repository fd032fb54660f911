import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknownError } from '../../src/client/index.js';
import { clientFor, listOf, proxyFor, storeFor } from './store-for-clients.js';

test('an append whose answer is lost is repeated and appears once', async (t) => {
  const store = await storeFor(t);
  const proxy = await proxyFor(t, store);
  const direct = clientFor(t, store.address);
  const client = clientFor(t, proxy.address);
  await client.append('s', { type: 'T' });
  for (const expected of [1, 'any', 'stream-exists'] as const) {
    const before = await direct.getStream('s');
    proxy.muteReplies();
    const appending = client.append('s', [{ type: 'T' }, { type: 'T' }], { expected });
    await untilVersion(direct, before.currentVersion + 2);
    proxy.cut();
    const { firstVersion, lastVersion, duplicate } = await appending;
    assert.deepEqual(
      [firstVersion, lastVersion, duplicate],
      [before.currentVersion + 1, before.currentVersion + 2, true],
    );
  }
  const events = await listOf(direct.read('s'));
  assert.equal(events.length, 7);
  assert.equal(new Set(events.map((event) => event.eventId)).size, 7);
});

test('without retries an append without an answer is unknown, and its repetition is not', async (t) => {
  const store = await storeFor(t);
  const proxy = await proxyFor(t, store);
  const direct = clientFor(t, store.address);
  const client = clientFor(t, proxy.address, { retry: false });
  await client.append('s', { type: 'T' });
  proxy.muteReplies();
  const event = { type: 'T', eventId: '0190a8c6-0000-7000-8000-000000000001' };
  const appending = client.append('s', event);
  const failed = assert.rejects(appending, (error) => error instanceof OutcomeUnknownError);
  await untilVersion(direct, 2);
  proxy.cut();
  await failed;
  const again = await direct.append('s', event);
  assert.deepEqual([again.firstVersion, again.duplicate], [2, true]);
});

test('an append that is ended while it has no answer is unknown', async (t) => {
  const store = await storeFor(t);
  const proxy = await proxyFor(t, store);
  const direct = clientFor(t, store.address);
  const client = clientFor(t, proxy.address);
  await client.append('s', { type: 'T' });
  proxy.muteReplies();
  const ended = new AbortController();
  const appending = client.append('s', { type: 'T' }, { signal: ended.signal });
  const failed = assert.rejects(appending, (error) => {
    assert.ok(error instanceof OutcomeUnknownError);
    assert.equal(error.cause, ended.signal.reason);
    return true;
  });
  await untilVersion(direct, 2);
  ended.abort();
  await failed;
});

test('pipelined appends without an answer are repeated in order and appear once', async (t) => {
  const store = await storeFor(t);
  const proxy = await proxyFor(t, store);
  const direct = clientFor(t, store.address);
  const client = clientFor(t, proxy.address);
  const pipeline = client.appendMany();
  await pipeline.append('s', { type: 'T', data: 0 });
  proxy.muteReplies();
  const appends = Array.from({ length: 600 }, (_, index) =>
    pipeline.append('s', { type: 'T', data: index + 1 }),
  );
  await untilVersion(direct, 500);
  proxy.cut();
  const versions = (await Promise.all(appends)).map(({ firstVersion }) => firstVersion);
  assert.deepEqual(
    versions,
    Array.from({ length: 600 }, (_, index) => index + 2),
  );
  await pipeline.close();
  const data = (await listOf(direct.read('s'))).map((event) => event.data);
  assert.deepEqual(
    data,
    Array.from({ length: 601 }, (_, index) => index),
  );
});

async function untilVersion(client: ReturnType<typeof clientFor>, version: number): Promise<void> {
  for await (const event of client.subscribe({ stream: 's' }).events()) {
    if (event.version >= version) return;
  }
}
