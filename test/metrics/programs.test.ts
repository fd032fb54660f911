import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { connect, StoreError } from '../../src/client/index.js';
import { METRIC_CATALOGUE } from '../../src/runtime/index.js';
import { startStore } from '../e2e/program.js';
import { call } from '../http/http-caller.js';
import { scrapeOf } from './metered-server.js';

const CALLS = 'cassadra_calls_total';
const STREAM = '/v1/streams/order-1/events';

async function store(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  return startStore(t, { STORAGE: 'memory', LOG_LEVEL: 'info', ...env });
}

async function append(httpPort: number, body: object): Promise<number> {
  return (await call(httpPort, STREAM, { body: JSON.stringify(body) })).status;
}

test('a program counts its calls over both transports, by method and code', async (t) => {
  const { port, httpPort } = await store(t);
  const event = { events: [{ type: 'Placed', json: '{}' }] };
  assert.equal(await append(httpPort, event), 200);
  assert.equal(await append(httpPort, { ...event, expectedVersion: 9 }), 409);
  const client = connect(`127.0.0.1:${port}`);
  t.after(() => client.close());
  await client.append('order-2', [{ type: 'Placed', data: {} }]);
  await assert.rejects(
    client.append('order-2', [{ type: 'Placed', data: {} }], { expected: 9 }),
    StoreError,
  );
  assert.equal((await call(httpPort, '/nothing/here')).status, 404);

  const seen = await scrapeOf(httpPort);
  const method = 'cassadra.v1.EventStoreService/Append';
  for (const transport of ['http', 'grpc']) {
    assert.equal(seen.value(CALLS, { transport, method, code: 'OK' }), 1, transport);
    assert.equal(seen.value(CALLS, { transport, method, code: 'VERSION_CONFLICT' }), 1, transport);
    const durations = 'cassadra_call_duration_seconds_count';
    assert.equal(seen.value(durations, { transport, method }), 2, transport);
  }
  const methods = new Set(seen.samples.flatMap(({ labels: { method: name } }) => name ?? []));
  assert.ok(![...methods].some((name) => name.includes('/nothing/here')), 'no text of callers');
  assert.equal(seen.value('cassadra_calls_open', { transport: 'http' }), 0);
  assert.equal(seen.value('cassadra_build_info', { program: 'grpc-store', storage: 'memory' }), 1);
  assert.equal(seen.value('cassadra_ready'), 1);
  const ours = [...seen.kinds].filter(([name]) => name.startsWith('cassadra_'));
  for (const [name, kind] of ours) {
    const entry = Object.entries(METRIC_CATALOGUE).find(([listed]) => listed === name);
    assert.equal(entry?.[1].kind, kind, name);
  }
});

test('METRICS=closed: there is no such route', async (t) => {
  const { httpPort } = await store(t, { METRICS: 'closed' });
  assert.equal((await call(httpPort, '/metrics')).status, 404);
  assert.equal((await call(httpPort, '/health/readiness')).status, 200);
});
