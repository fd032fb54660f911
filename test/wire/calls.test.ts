import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { AppError } from '../../src/core/index.js';
import { FindByTypeRequest, UpdateRequest } from '../../src/gen/storegrpc/grpc-store.js';
import type { Backend, BackendHealth } from '../../src/storage/index.js';
import { RawCaller } from './raw-caller.js';
import { serve, testComponents, type StoreOptions } from './store-under-test.js';

const CANCELLED = 1;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const INTERNAL = 13;
const UNAVAILABLE = 14;

/** A memory backend whose appends wait for the test. */
class GatedBackend {
  readonly #inner = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
  #open: () => void = () => undefined;
  #arrive: () => void = () => undefined;
  readonly gate = new Promise<void>((resolve) => (this.#open = resolve));
  /** Resolves when the first append has reached the storage. */
  readonly arrived = new Promise<void>((resolve) => (this.#arrive = resolve));
  state: BackendHealth = { kind: 'ready' };
  failure: Error | undefined;

  readonly backend: Backend = {
    ...this.#inner,
    health: () => this.state,
    eventLog: {
      append: async (request) => {
        this.#arrive();
        await this.gate;
        return this.#inner.eventLog.append(request);
      },
      readStream: (query) => this.#inner.eventLog.readStream(query),
      currentVersion: (stream) => this.#inner.eventLog.currentVersion(stream),
      readByType: (query) =>
        this.failure === undefined
          ? this.#inner.eventLog.readByType(query)
          : Promise.reject(this.failure),
      readAll: (query) => this.#inner.eventLog.readAll(query),
      feedEnd: () => this.#inner.eventLog.feedEnd(),
    },
  };

  release(): void {
    this.#open();
  }
}

async function setUp(context: TestContext, options: StoreOptions = {}) {
  const gated = new GatedBackend();
  const store = await serve(() => gated.backend, options);
  const caller = new RawCaller(store.address);
  context.after(async () => {
    gated.release();
    caller.close();
    await store.stop();
  });
  return { gated, store, caller };
}

function update(id: string, version = 0): Buffer {
  const events = [{ type: 1, payload: '{}' }];
  return Buffer.from(UpdateRequest.encode({ id, version, events }).finish());
}

const BY_TYPE = Buffer.from(
  FindByTypeRequest.encode({ type: 1, since: 0n, batchSize: 10 }).finish(),
);

test('deadline in flight: UNKNOWN before it passes, and the retry learns the truth', async (t) => {
  const { gated, caller } = await setUp(t);
  await caller.connected();
  const id = randomUUID();
  const metadata = { 'cassadra-append-id': randomUUID() };
  const first = await caller.call('Update', update(id), { metadata, timeoutMs: 1_000 });
  assert.equal(first.code, UNKNOWN, first.message);
  assert.ok(first.details.includes('OUTCOME_UNKNOWN'));
  const retry = caller.call('Update', update(id), { metadata });
  gated.release();
  assert.equal((await retry).code, 0);
  assert.equal((await caller.call('Update', update(id, 1))).code, 0, 'written once');
});

test('deadline while another append is in flight: DEADLINE_EXCEEDED, not written', async (t) => {
  const { gated, caller } = await setUp(t);
  const id = randomUUID();
  const first = caller.call('Update', update(id));
  await gated.arrived;
  const second = await caller.call('Update', update(id, 1), { timeoutMs: 1_000 });
  assert.equal(second.code, DEADLINE_EXCEEDED);
  assert.ok(second.details.includes('DEADLINE_EXCEEDED'), 'told by the server, not by the client');
  gated.release();
  assert.equal((await first).code, 0);
  assert.equal((await caller.call('Update', update(id, 1))).code, 0, 'version 1 was free');
});

test('a caller without a deadline is answered all the same', async (t) => {
  const { caller } = await setUp(t, { settings: { waitMaxMs: 50 } });
  assert.equal((await caller.call('Update', update(randomUUID()))).code, UNKNOWN);
});

test('a cancelled append in flight goes on', async (t) => {
  const { gated, caller } = await setUp(t);
  const id = randomUUID();
  const cancel = new AbortController();
  const first = caller.call('Update', update(id), { signal: cancel.signal });
  await gated.arrived;
  cancel.abort();
  assert.equal((await first).code, CANCELLED);
  const next = caller.call('Update', update(id, 1));
  gated.release();
  assert.equal((await next).code, 0, 'the stream was held until the first append was through');
});

test('not ready: UNAVAILABLE with NOT_READY', async (t) => {
  const { gated, caller } = await setUp(t);
  gated.state = { kind: 'not-ready', reason: 'waiting for Cassandra' };
  const answer = await caller.call('FindByType', BY_TYPE);
  assert.equal(answer.code, UNAVAILABLE);
  assert.match(answer.message, /waiting for Cassandra/);
  assert.ok(answer.details.includes('NOT_READY'));
});

test('what is unexpected stays inside; what the storage says goes through the map', async (t) => {
  const { gated, caller } = await setUp(t);
  gated.failure = new Error('SELECT * FROM secret at host db-1');
  const fault = await caller.call('FindByType', BY_TYPE);
  assert.deepEqual([fault.code, fault.message], [INTERNAL, 'internal error']);
  gated.failure = new AppError('UNAVAILABLE', `too few replicas ${'x'.repeat(9_000)}\uD800`);
  const away = await caller.call('FindByType', BY_TYPE);
  assert.equal(away.code, UNAVAILABLE);
  assert.match(away.message, /^too few replicas x{400}/);
});

test('a message over the server’s limit is refused', async (t) => {
  const { caller } = await setUp(t);
  const answer = await caller.call('Update', Buffer.alloc(8 * 1_048_576 + 1));
  assert.equal(answer.code, RESOURCE_EXHAUSTED);
});

test('connections over the limit are closed when they come', async (t) => {
  const { store } = await setUp(t, { settings: { connectionsMax: 1 } });
  const first = connect(store.port, '127.0.0.1');
  await once(first, 'data');
  const second = connect(store.port, '127.0.0.1');
  await once(second, 'close');
  first.destroy();
});

test('stopping answers what is in flight and then takes nothing', async (t) => {
  const { gated, store, caller } = await setUp(t);
  const first = caller.call('Update', update(randomUUID()));
  await gated.arrived;
  const stopped = store.stop();
  const refused = connect(store.port, '127.0.0.1');
  await once(refused, 'error');
  gated.release();
  assert.equal((await first).code, 0);
  await stopped;
});
