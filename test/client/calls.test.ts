import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  connect,
  InvalidRequestError,
  StoreError,
  VersionConflictError,
} from '../../src/client/index.js';
import { clientFor, listOf, storeFor } from './store-for-clients.js';

test('events come back as they were appended', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const metadata = { correlationId: 'call-1', 'x y': 'ü' };
  const event = { type: 'Opened', data: { owner: 'Ann', tags: [1, 'a', null] }, metadata };
  await client.append('konto/ü 1', event, { expected: 'no-stream' });
  const [opened] = await listOf(client.read('konto/ü 1'));
  assert.deepEqual(opened?.data, event.data);
  assert.deepEqual(opened.metadata, metadata);
  assert.deepEqual([opened.type, opened.contentType], ['Opened', 'application/json']);
  assert.match(opened.eventId ?? '', /^[0-9a-f-]{36}$/);
  const { currentVersion, streamId } = await client.getStream('konto/ü 1');
  assert.deepEqual([currentVersion, streamId], [1, opened.streamId]);
});

test('contents of every kind are kept byte for byte', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const bytes = Uint8Array.of(0, 255, 1);
  const { lastVersion, duplicate } = await client.append('s', [
    { type: 7, bytes, contentType: 'image/x' },
    { type: 'Big', json: '{"n": 12345678901234567890 }' },
    { type: 'Nothing', data: undefined },
  ]);
  assert.deepEqual([lastVersion, duplicate], [3, false]);
  const [picture, big, nothing] = await listOf(client.read('s'));
  assert.deepEqual(Uint8Array.from(picture?.bytes ?? []), bytes);
  assert.deepEqual([picture?.typeCode, picture?.contentType], [7, 'image/x']);
  assert.throws(() => picture?.data, { reason: 'PAYLOAD_NOT_JSON' });
  assert.equal(big?.json, '{"n": 12345678901234567890 }');
  assert.equal(nothing?.data, undefined);
});

test('streams are read from a version, both ways, with a limit', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const events = Array.from({ length: 30 }, (_, index) => ({ type: 'T', data: index + 1 }));
  await client.append('s', events);
  const versions = async (options: Parameters<typeof client.read>[1]): Promise<number[]> =>
    (await listOf(client.read('s', options))).map((event) => event.version);
  assert.deepEqual(await versions({ from: 29 }), [29, 30]);
  assert.deepEqual(await versions({ direction: 'backward', limit: 2 }), [30, 29]);
  assert.deepEqual(await versions({ direction: 'backward', from: 2 }), [2, 1]);
  assert.deepEqual(await versions({ from: 3, limit: 1 }), [3]);
  assert.deepEqual(await versions({ limit: 0 }), []);
  assert.deepEqual(await listOf(client.read('nobody')), []);
});

test('a conflict names the version that the stream is at', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await client.append('s', [{ type: 'T' }, { type: 'T' }]);
  for (const expected of [0, 1, 'no-stream'] as const) {
    await assert.rejects(client.append('s', { type: 'T' }, { expected }), (error) => {
      assert.ok(error instanceof VersionConflictError);
      assert.equal(error.currentVersion, 2);
      assert.match(error.message, /Load the stream again/);
      return true;
    });
  }
  await assert.rejects(client.append('t', { type: 'T' }, { expected: 'stream-exists' }), {
    reason: 'VERSION_CONFLICT',
  });
});

test('what is wrong is refused before it is sent, by its field', async () => {
  const client = connect('127.0.0.1:1');
  const circle: unknown[] = [];
  circle.push(circle);
  const wrong: [Parameters<typeof client.append>, RegExp][] = [
    [['', { type: 'T' }], /^stream is empty/],
    [['\ud800', { type: 'T' }], /^stream is not valid Unicode/],
    [['s', []], /^events is empty/],
    [['s', { type: '' }], /^events\[0\]\.type is empty/],
    [['s', { type: 1.5 }], /^events\[0\]\.type is not a 32-bit integer/],
    [['s', [{ type: 'T' }, { type: 'T', data: 1n }]], /^events\[1\]\.data .*give it as json text/],
    [['s', { type: 'T', data: circle }], /^events\[0\]\.data cannot be written as JSON/],
    [['s', { type: 'T', data: () => 1 }], /^events\[0\]\.data cannot be written as JSON/],
    [['s', { type: 'T', data: 1, json: '1' }], /more than one of data, json and bytes/],
    [['s', { type: 'T', metadata: { a: '\udfff' } }], /^events\[0\]\.metadata\.a is not valid/],
    [['s', { type: 'T' }, { expected: -1 }], /^expected is not a version/],
  ];
  for (const [call, message] of wrong) {
    await assert.rejects(client.append(...call), (error) => {
      assert.ok(error instanceof InvalidRequestError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => client.subscribe({}), /^InvalidRequestError: source is not one of/);
  assert.throws(() => connect('a b'), /address/);
  assert.throws(() => connect({ address: 'a', token: 'x' }), /token would be sent in the clear/);
  await client.close();
});

test('types are polled, subscribed to, listed and declared', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await client.declareType('A', 5);
  await client.declareType('A', 5);
  await assert.rejects(client.declareType('A', 6), { reason: 'TYPE_NAME_TAKEN' });
  await client.append('s', [{ type: 'A' }, { type: 'B' }, { type: 'A' }]);
  const page = await client.poll({ types: ['A'], limit: 1 });
  assert.deepEqual(
    page.events.map(({ version }) => version),
    [1],
  );
  const next = await client.poll({ types: [5], cursor: page.nextCursor });
  assert.deepEqual([next.events.map(({ version }) => version), next.caughtUp], [[3], true]);
  const names = (await listOf(client.listTypes())).map(({ name }) => name);
  assert.deepEqual(names.sort(), ['A', 'B']);
  assert.deepEqual(
    (await listOf(client.listStreams({ prefix: 's' }))).map(({ stream }) => stream),
    ['s'],
  );
  await assert.rejects(client.poll({ types: ['A'], cursor: 'nonsense' }), {
    reason: 'CURSOR_INVALID',
    name: 'InvalidRequestError',
  });
});

test('a subscription gives what there is and what comes, and goes on from a cursor', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await client.append('s', [{ type: 'A' }, { type: 'A' }]);
  const subscription = client.subscribe({ types: ['A'], from: 'start' });
  const seen: number[] = [];
  let cursor: string | undefined;
  for await (const item of subscription) {
    if (item.kind === 'event') seen.push(item.event.version);
    cursor = item.cursor ?? cursor;
    if (seen.length === 2 && item.kind === 'event') await client.append('s', { type: 'A' });
    if (seen.length === 3) subscription.close();
  }
  assert.deepEqual(seen, [1, 2, 3]);
  await client.append('s', { type: 'A' });
  for await (const event of client.subscribe({ types: ['A'], cursor }).events()) {
    assert.equal(event.version, 4);
    break;
  }
});

test('what is under way when the client is closed fails, and says so', async (t) => {
  const store = await storeFor(t);
  const client = connect(store.address);
  const items = client.subscribe({ stream: 's' })[Symbol.asyncIterator]();
  assert.equal((await items.next()).value?.kind, 'caught-up');
  const next = items.next();
  const poll = client.poll({ types: ['A'], waitMs: 30_000 });
  await client.append('other', { type: 'T' });
  const failed = Promise.all([next, poll].map((work) => assert.rejects(work, isClosed)));
  await client.close();
  await failed;
  await assert.rejects(client.append('s', { type: 'T' }), isClosed);
});

function isClosed(error: unknown): boolean {
  return error instanceof StoreError && error.reason === 'CLIENT_CLOSED';
}

test('a signal ends calls and subscriptions', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const ended = new AbortController();
  const reason = new Error('enough');
  const poll = client.poll({ types: ['A'], waitMs: 30_000, signal: ended.signal });
  const { signal } = ended;
  const subscription = listOf(client.subscribe({ stream: 's', signal }).events());
  await client.getStream('s');
  ended.abort(reason);
  await assert.rejects(poll, reason);
  assert.deepEqual(await subscription, []);
  await assert.rejects(
    client.append(randomUUID(), { type: 'T' }, { signal: ended.signal }),
    reason,
  );
});
