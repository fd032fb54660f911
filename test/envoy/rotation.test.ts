import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { StoregrpcClient } from '../../src/client/index.js';
import { Program, startStore } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { envoyBefore, skipEnvoy } from './envoy-for-tests.js';

const STORE = 'cluster.grpc-store';
const CALLS = 60;

/** Appends to new streams, one after the other. */
async function appendAll(client: StoregrpcClient): Promise<void> {
  for (let count = 0; count < CALLS; count += 1) {
    await client.update({ id: randomUUID(), version: 0, events: [{ type: 1, payload: '{}' }] });
  }
}

test('only stores that can serve are in rotation', { skip: skipEnvoy }, async (t) => {
  const healthy = await startStore(t, await embeddedStorage.prepare(t));
  // nothing listens on port 1: it goes on waiting for its Cassandra
  const waiting = new Program(t, 'grpc-store', { PORT: '0', CASSANDRA_HOSTS: '127.0.0.1:1' });
  const [, port] = await waiting.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  const envoy = await envoyBefore(t, { stores: [healthy.port, Number(port)], sink: 1 });
  await envoy.untilStat(`${STORE}.membership_healthy`, (count) => count === 1);
  const client = new StoregrpcClient({ host: '127.0.0.1', port: envoy.port, timeoutMs: 10_000 });
  t.after(() => client.close());

  await t.test('one that waits for its storage gets no calls', async () => {
    await appendAll(client);
    assert.equal(await envoy.stat(`${STORE}.upstream_rq_retry`), 0, 'it was not even tried');
  });

  await t.test('nor does one that hangs, nor one that is dead', async () => {
    const { program } = healthy;
    program.send('SIGSTOP');
    await envoy.untilStat(`${STORE}.membership_healthy`, (count) => count === 0);
    await assert.rejects(client.findById(randomUUID()), {
      reason: 'UNAVAILABLE',
      message: 'no healthy upstream',
    });
    program.send('SIGCONT');
    await envoy.untilStat(`${STORE}.membership_healthy`, (count) => count === 1);
    await appendAll(client);
    await program.stop('SIGKILL');
    await envoy.untilStat(`${STORE}.membership_healthy`, (count) => count === 0);
  });
});
