import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { StoregrpcClient } from '../../src/client/index.js';
import { Program } from '../e2e/program.js';
import { skipEnvoy } from './envoy-for-tests.js';
import { loggedCalls, mirroredStore, startSink, untilLogged } from './mirrored-store.js';

const SINK = 'cluster.grpc-sink';
const AT_ONCE = 8;
/** As envoy.yaml limits them. */
const COPIES_MAX = 64;

/** Does the work so many times, some at once. */
async function many(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Appends an event to a new stream. */
async function append(client: StoregrpcClient, id: string, payload = '{}'): Promise<void> {
  await client.update({ id, version: 0, events: [{ type: 11, payload }] });
}

test('the store behind Envoy, its traffic mirrored to the sink', { skip: skipEnvoy }, async (t) => {
  const { envoy, storePort, sink, sinkPort, client } = await mirroredStore(t);

  await t.test('the demo works, and each of its calls is in the log of the sink', async () => {
    const poller = new Program(t, 'polling-client', {
      STORE_PORT: String(storePort),
      EVENT_TYPES: '1,2,3',
      POLL_INTERVAL_MS: '50',
    });
    await poller.waitFor(/^Polling /m);
    const env = { STORE_PORT: String(envoy.port), CALL_TIMEOUT_MS: '10000' };
    const demo = new Program(t, 'test-client', env);
    assert.deepEqual(await demo.exit(), { code: 0, signal: null }, demo.output);
    assert.match(demo.output, /admitted 3, transferred 2, discharged 1/);
    const calls = await envoy.stat('http.grpc.downstream_rq_completed');
    assert.ok(calls >= 15);
    await untilLogged(sink, calls);
    assert.equal(loggedCalls(sink).length, calls);
    await poller.waitForLines(/^\d{4}-.* type \d /, 6);
    assert.equal((await poller.stop('SIGTERM')).code, 0);
  });

  await t.test('200 of 200 calls are mirrored', async () => {
    const before = loggedCalls(sink).length;
    const ids = Array.from({ length: 80 }, () => randomUUID());
    await many(ids.length, (index) => append(client, ids[index] ?? ''));
    await many(ids.length, async (index) => {
      const { events } = await client.findById(ids[index] ?? '');
      assert.equal(events.length, 1, 'the answer is that of the store');
    });
    await many(40, async (index) => {
      const { events } = await client.findByType({ type: 11, sinceMs: 0, batchSize: index + 1 });
      assert.ok(events.length > 0);
    });
    await untilLogged(sink, before + 200);
    const logged = loggedCalls(sink).slice(before);
    assert.equal(logged.length, 200);
    for (const id of ids) assert.equal(logged.filter((line) => line.includes(id)).length, 2);
    assert.equal(logged.filter((line) => line.includes('"FindByType"')).length, 40);
  });

  await t.test('the largest append passes, and is mirrored', async () => {
    const id = randomUUID();
    const payload = 'x'.repeat(1_048_000);
    const events = Array.from({ length: 4 }, () => ({ type: 12, payload }));
    const before = loggedCalls(sink).length;
    await client.update({ id, version: 0, events });
    await untilLogged(sink, before + 1);
    assert.match(loggedCalls(sink).at(-1) ?? '', /"method":"Update".*"types":\[12,12,12,12\]/);
    assert.equal(await envoy.stat('cluster.grpc-store.retry_or_shadow_abandoned'), 0);
  });

  await t.test('a sink that hangs disturbs nobody', async () => {
    sink.send('SIGSTOP');
    const payload = 'x'.repeat(500_000);
    await many(300, (index) => append(client, randomUUID(), index % 3 === 0 ? payload : '{}'));
    // no call has waited for its copy, and few copies are kept
    assert.equal(await envoy.stat(`${SINK}.upstream_flow_control_backed_up_total`), 0);
    assert.ok((await envoy.stat(`${SINK}.upstream_rq_active`)) <= COPIES_MAX);
    await envoy.untilStat(`${SINK}.membership_healthy`, (healthy) => healthy === 0);
    await envoy.untilStat(`${SINK}.upstream_rq_active`, (active) => active === 0);
    await many(100, () => append(client, randomUUID()));
    sink.send('SIGCONT');
    await envoy.untilStat(`${SINK}.membership_healthy`, (healthy) => healthy === 1);
  });

  await t.test('nor does one that is dead, and it is used again when it is back', async () => {
    const killed = sink.stop('SIGKILL');
    await many(200, () => append(client, randomUUID()));
    await killed;
    await envoy.untilStat(`${SINK}.membership_healthy`, (healthy) => healthy === 0);
    await many(50, () => append(client, randomUUID()));
    const next = await startSink(t, sinkPort);
    await envoy.untilStat(`${SINK}.membership_healthy`, (healthy) => healthy === 1);
    await many(20, () => append(client, randomUUID()));
    await untilLogged(next, 20);
    assert.equal(loggedCalls(next).length, 20);

    await envoy.admin('/runtime_modify?mirror.percent=0', 'POST');
    await many(20, () => append(client, randomUUID()));
    await envoy.admin('/runtime_modify?mirror.percent=100', 'POST');
    await many(5, () => append(client, randomUUID()));
    await untilLogged(next, 25);
    assert.equal(loggedCalls(next).length, 25, 'the mirroring was off in between');
  });
});
