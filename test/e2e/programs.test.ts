import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoregrpcClient } from '../../src/client/index.js';
import { Program, startStore } from './program.js';
import { exercisePrograms } from './programs.js';
import { embeddedStorage } from './storages.js';

exercisePrograms(embeddedStorage);

test('without a store the test client says so and fails', async (t) => {
  const demo = new Program(t, 'test-client', { STORE_PORT: '1' });
  assert.equal((await demo.exit()).code, 1);
  assert.match(demo.output, /The store at 127\.0\.0\.1:1 cannot be reached[^]*npm start/);
});

test('a setting that makes no sense is named, with what is allowed', async (t) => {
  const server = new Program(t, 'grpc-store', { PORT: 'http', STORAGE: 'paper' });
  assert.equal((await server.exit()).code, 2);
  assert.match(server.output, /^PORT must be a whole number from 0 to 65535, not "http"$/m);
  assert.match(
    server.output,
    /^STORAGE must be `embedded`, `cassandra` or `memory`, not "paper"$/m,
  );
});

test('a port that is taken is said, and the program ends', async (t) => {
  const env = await embeddedStorage.prepare(t);
  const { port } = await startStore(t, env);
  const second = new Program(t, 'grpc-store', { ...env, PORT: String(port) });
  assert.equal((await second.exit()).code, 1);
  assert.match(second.output, /cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
});

test('the sink answers success and logs what it got', async (t) => {
  const sink = new Program(t, 'grpc-sink', { PORT: '0' });
  const [, port] = await sink.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  const client = new StoregrpcClient({ host: '127.0.0.1', port: Number(port), timeoutMs: 10_000 });
  t.after(() => client.close());
  const id = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
  await client.update({ id, version: 7, events: [{ type: 11, payload: 'secret' }] });
  assert.deepEqual(await client.findById(id), { events: [], latestMs: 0 });
  await client.findByType({ type: 11, sinceMs: 5, batchSize: 3 });
  await sink.waitFor(/"method":"Update","id":"fade87a1[^\n]*","version":7,"types":\[11\]/);
  await sink.waitFor(/"method":"FindByID","id":"fade87a1/);
  await sink.waitFor(/"method":"FindByType","type":11,"since":"5","batchSize":3/);
  assert.ok(!sink.output.includes('secret'), 'payloads stay out of the log');
  assert.equal((await sink.stop('SIGTERM')).code, 0);
});
