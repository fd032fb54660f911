import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  consume,
  FileCheckpoints,
  MemoryCheckpoints,
  PollingClient,
  StreamCheckpoints,
  type Cassadra,
  type CheckpointStore,
  type ConsumeOptions,
  type RecordedEvent,
} from '../../src/client/index.js';
import { clientFor, storeFor } from './store-for-clients.js';

async function appended(client: Cassadra, from: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({ type: 'T', data: from + index }));
  await client.append('s', events);
}

const PATIENCE_MS = 20_000;

/** Runs a consumer until `enough` says so, then stops it. */
async function run(
  store: Cassadra,
  checkpoints: CheckpointStore,
  enough: (seen: unknown[]) => boolean,
  options: Partial<ConsumeOptions> = {},
): Promise<unknown[]> {
  const seen: unknown[] = [];
  let done: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (done = resolve));
  const handler = (event: RecordedEvent): void => {
    seen.push(event.data);
    if (enough(seen)) done();
  };
  const consumer = consume({
    name: 'r',
    store,
    source: { types: ['T'] },
    checkpoints,
    ...(options.batchHandler === undefined ? { handler } : {}),
    ...options,
  });
  await consumer.start();
  const late = delay(PATIENCE_MS, 'late', { ref: false });
  const end = await Promise.race([stopped, consumer.finished(), late]);
  await consumer.stop();
  assert.notEqual(end, 'late', `what it waits for has not come, after ${seen.length} events`);
  return seen;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cassadra-places-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('a consumer goes on after a stop in the middle of a batch, with every kind of store', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await appended(client, 1, 50);
  const path = join(await folder(t), 'places.json');
  const kinds: (() => CheckpointStore)[] = [
    (
      (kept) => () =>
        kept
    )(new MemoryCheckpoints()),
    () => new FileCheckpoints(path),
    () => new StreamCheckpoints(client),
  ];
  for (const checkpoints of kinds) {
    const first = await run(client, checkpoints(), (seen) => seen.length === 7);
    const second = await run(client, checkpoints(), (seen) => seen.at(-1) === 50);
    assert.deepEqual([...first, ...second], range(1, 50));
    assert.ok(second.length > 0);
  }
});

test('a handler that fails is called again, unless the event is to be skipped', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await appended(client, 1, 4);
  const calls: unknown[] = [];
  const attempts: number[] = [];
  const checkpoints = new MemoryCheckpoints();
  await run(client, checkpoints, () => false, {
    handler: ({ data }) => {
      calls.push(data);
      if (data === 2 && attempts.length < 2) throw new Error('not yet');
      if (data === 3) throw new Error('never');
      if (data === 4) throw new Error('the end');
    },
    onFailure: (failure) => {
      attempts.push(failure.attempts);
      if (failure.event?.data === 3) return 'skip';
      return failure.event?.data === 4 ? 'stop' : 'retry';
    },
  }).then(
    () => assert.fail('it was to end with the failure'),
    (error: unknown) => assert.match(String(error), /the end/),
  );
  assert.deepEqual(calls, [1, 2, 2, 2, 3, 4]);
  assert.deepEqual(attempts, [1, 2, 1, 1]);
  const rest = await run(client, checkpoints, (seen) => seen.length === 1);
  assert.deepEqual(rest, [4]);
});

test('a batch handler gets the cursor to store with its effect', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await appended(client, 1, 5);
  let kept: { cursor: string | undefined; sum: number } = { cursor: undefined, sum: 0 };
  // what was stored with the effect counts, not what the consumer saves
  const checkpoints = { load: async () => kept.cursor, save: async () => undefined };
  for (const last of [5, 9]) {
    if (last === 9) await appended(client, 6, 4);
    let done: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (done = resolve));
    const consumer = consume({
      name: 'r',
      store: client,
      source: { types: ['T'] },
      checkpoints,
      batchHandler: (events, { cursor }) => {
        const sum = events.reduce((total, { data }) => total + Number(data), kept.sum);
        kept = { cursor, sum };
        if (events.at(-1)?.data === last) done();
      },
    });
    await consumer.start();
    await reached;
    await consumer.stop();
  }
  assert.equal(kept.sum, 45);
});

test('a consumer sees every event once while its server is started again', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  await appended(client, 1, 10);
  let restarted: Promise<void> | undefined;
  const seen = await run(client, new MemoryCheckpoints(), (events) => {
    restarted ??= store.stop().then(async () => {
      await store.start();
      await appended(client, 11, 10);
    });
    return events.length >= 20;
  });
  await restarted;
  assert.deepEqual(seen, range(1, 20));
});

test('a polling client sees every event once, and goes on after a stop', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const checkpoints = new MemoryCheckpoints();
  await appended(client, 1, 10);
  const seen: unknown[] = [];
  for (const last of [4, 20]) {
    let done: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (done = resolve));
    const poller = new PollingClient({
      name: 'p',
      store: client,
      types: ['T'],
      batchSize: 3,
      checkpoints,
      handler: ({ data }) => {
        seen.push(data);
        if (data === last) done();
      },
    });
    await poller.start();
    if (last === 20) await appended(client, 11, 10);
    await reached;
    await poller.stop();
  }
  assert.deepEqual(seen, range(1, 20));
});

test('a cursor that the store does not know ends the consumer', async (t) => {
  const store = await storeFor(t);
  const client = clientFor(t, store.address);
  const checkpoints = new MemoryCheckpoints();
  await checkpoints.save('r', 'nonsense');
  await assert.rejects(
    run(client, checkpoints, () => false),
    { reason: 'CURSOR_INVALID' },
  );
});

test('a file of something else is refused, not overwritten', async (t) => {
  const path = join(await folder(t), 'places.json');
  await writeFile(path, '{"format":1,"since":{}}');
  const checkpoints = new FileCheckpoints(path);
  await assert.rejects(checkpoints.load('r'), { reason: 'CHECKPOINT_FILE_INVALID' });
  await assert.rejects(checkpoints.save('r', 'x'), { reason: 'CHECKPOINT_FILE_INVALID' });
});
