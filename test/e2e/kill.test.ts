import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoregrpcClient } from '../../src/client/index.js';
import { BusyWriters, faultOf, type WrittenStream } from './busy-writers.js';
import { startStore } from './program.js';
import { embeddedStorage } from './storages.js';

const ROUNDS = 20;

async function faultsOf(port: number, streams: readonly WrittenStream[]): Promise<string[]> {
  const client = new StoregrpcClient({ host: '127.0.0.1', port, timeoutMs: 20_000 });
  const faults = await Promise.all(streams.map((stream) => faultOf(client, stream)));
  client.close();
  return faults.filter((fault) => fault !== undefined);
}

test(`kill -9 amid 64 writers, ${ROUNDS} times: nothing acknowledged is lost`, async (t) => {
  const env = await embeddedStorage.prepare(t);
  let store = await startStore(t, env);
  const all: WrittenStream[] = [];
  let doubtful = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = new BusyWriters(store.port);
    await writers.acknowledged(64 + ((round * 97) % 300));
    await store.program.stop('SIGKILL');
    await writers.finished();
    store = await startStore(t, env);
    assert.deepEqual(await faultsOf(store.port, writers.streams), [], `round ${round}`);
    all.push(...writers.streams);
    doubtful += writers.streams.filter((stream) => stream.end === 'unknown').length;
  }
  assert.deepEqual(await faultsOf(store.port, all), [], 'also in the end');
  assert.ok(doubtful > 0, 'appends were in flight when the server died');
  const acknowledged = all.reduce((sum, stream) => sum + stream.acknowledged, 0);
  t.diagnostic(`${ROUNDS} kills, ${acknowledged} events acknowledged, ${doubtful} appends cut off`);
  assert.equal((await store.program.stop('SIGTERM')).code, 0);
});

test('SIGTERM amid 64 writers: what was accepted is answered, exit code 0', async (t) => {
  const env = await embeddedStorage.prepare(t);
  const first = await startStore(t, env);
  const writers = new BusyWriters(first.port);
  await writers.acknowledged(200);
  assert.deepEqual(await first.program.stop('SIGTERM'), { code: 0, signal: null });
  await writers.finished();
  const second = await startStore(t, env);
  assert.deepEqual(await faultsOf(second.port, writers.streams), []);
  const unknown = writers.streams.filter((stream) => stream.end === 'unknown');
  assert.equal(unknown.length, 0, 'nobody is left in doubt by a graceful stop');
});
