import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  StoregrpcClient,
  OutcomeUnknownError,
  StoreUnavailableError,
} from '../../src/client/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { cassandraEnvironment, skipCassandra } from './cassandra-storage.js';
import { HealthProbe } from './health-probe.js';
import { Program } from './program.js';

const DEADLINE_MS = 2_000;
/** What a busy machine may add to the deadline before the client sees the answer. */
const SLACK_MS = 3_000;

test('Cassandra is away at the start, comes, is lost, and comes back', {
  skip: skipCassandra,
  timeout: 120_000,
}, async (t) => {
  const env = cassandraEnvironment();
  const proxy = new TcpProxy(env['CASSANDRA_HOSTS'] ?? '');
  await proxy.listen();
  await proxy.goAway();
  t.after(() => proxy.goAway());

  const server = new Program(t, 'grpc-store', {
    ...env,
    CASSANDRA_HOSTS: proxy.address,
    CREATE_SCHEMA: 'true',
    PORT: '0',
  });
  const [, port = ''] = await server.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  const probe = new HealthProbe(Number(port));
  const client = new StoregrpcClient({
    host: '127.0.0.1',
    port: Number(port),
    timeoutMs: DEADLINE_MS,
  });
  t.after(() => {
    probe.close();
    client.close();
  });

  // Away: live, not ready, and it says so.
  await server.waitFor(/the storage cannot be opened yet/);
  assert.equal(await probe.serving('liveness'), true);
  assert.equal(await probe.serving(''), false);
  const id = randomUUID();
  const first = { id, version: 0, events: [{ type: 1, payload: 'first' }] };
  await assert.rejects(client.update(first), {
    name: 'StoreUnavailableError',
    reason: 'NOT_READY',
  });

  // Comes: serves.
  await proxy.listen();
  await probe.until('', true);
  await client.update(first);
  assert.equal((await client.findById(id)).events.length, 1);

  // Lost while serving: within the deadline every call is unavailable or unknown.
  await proxy.goAway();
  const lost = { version: 0, events: [{ type: 1, payload: 'lost' }] };
  const ids = Array.from({ length: 8 }, () => randomUUID());
  const startedAtMs = performance.now();
  const ends = await Promise.all(
    ids.map((one) =>
      client.update({ ...lost, id: one, appendId: one }).then(
        () => assert.fail('acknowledged without Cassandra'),
        (error: unknown) => error,
      ),
    ),
  );
  assert.ok(performance.now() - startedAtMs < DEADLINE_MS + SLACK_MS);
  for (const end of ends) {
    assert.ok(end instanceof StoreUnavailableError || end instanceof OutcomeUnknownError);
  }
  await assert.rejects(client.findById(id), StoreUnavailableError);
  await probe.until('', false);
  assert.equal(await probe.serving('liveness'), true);

  // Back: recovers by itself, and a retry of what was in doubt is definite.
  await proxy.listen();
  await probe.until('', true);
  for (const one of ids) {
    await client.update({ ...lost, id: one, appendId: one });
    assert.equal((await client.findById(one)).events.length, 1);
  }
  assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
});
