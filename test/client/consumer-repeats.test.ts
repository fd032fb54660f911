import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consume, MemoryCheckpoints } from '../../src/client/index.js';
import { clientFor, storeFor } from './store-for-clients.js';

test('one id in two streams names two events: a consumer sees both', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  // as a handler does it that makes what it appends repeatable by the id of what it handles
  const eventId = '0190a2f0-0000-7000-8000-000000000001';
  const seen: string[] = [];
  let handled: () => void = () => undefined;
  const consumer = consume({
    name: 'r',
    store: client,
    source: { types: ['T'] },
    checkpoints: new MemoryCheckpoints(),
    handler: ({ stream }) => {
      seen.push(stream);
      handled();
    },
  });
  await consumer.start();
  for (const stream of ['debit', 'credit']) {
    const next = new Promise<void>((resolve) => (handled = resolve));
    await client.append(stream, { type: 'T', eventId });
    await next;
  }
  await consumer.stop();
  assert.deepEqual(seen, ['debit', 'credit']);
});
