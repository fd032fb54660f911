import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, credentials } from '@grpc/grpc-js';
import { connect } from '../../src/client/index.js';
import { startCollector } from '../traces/collector.js';
import { ALL_SERVICES, askReflection } from '../wire/ask-reflection.js';
import { cassandraStorage, skipCassandra } from './cassandra-storage.js';
import { HealthProbe } from './health-probe.js';
import { npmStart } from './npm-start.js';
import { startStore } from './program.js';
import { exercisePrograms } from './programs.js';
import { embeddedStorage } from './storages.js';
import { LOOPBACK_ALLOWED } from './timed-events/fleet.js';
import { Receiver } from './timed-events/receiver.js';
import { SchedulerCalls } from './timed-events/scheduler-calls.js';

// What is imported late comes from files of their own: each test here needs another of them.

describe('the bundled server', () => {
  exercisePrograms(embeddedStorage, npmStart());
});

describe('the bundled server on Cassandra', { skip: skipCassandra }, () => {
  exercisePrograms(cassandraStorage, npmStart());
});

test('bundled: health, reflection, HTTP/JSON, its description and metrics', async (t) => {
  const env = await embeddedStorage.prepare(t);
  const { program, port, httpPort } = await startStore(t, env, npmStart());
  const probe = new HealthProbe(port);
  t.after(() => probe.close());
  assert.ok(await probe.serving(''));
  const SERVICE = 'cassadra.v1.SchedulerService';
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  t.after(() => client.close());
  const listed = await askReflection(client, ALL_SERVICES);
  assert.ok(listed.includes(SERVICE) && listed.includes('grpc.health.v1.Health'));
  const described = await askReflection(client, { kind: 'symbol', text: SERVICE });
  assert.ok(described.includes('ScheduleBatch'));

  const base = `http://127.0.0.1:${httpPort}`;
  const events = [{ type: 'Placed', json: '{"total":12}' }];
  const sent = { method: 'POST', body: JSON.stringify({ events }) };
  assert.equal((await fetch(`${base}/v1/streams/order-1/events`, sent)).status, 200);
  assert.match(await (await fetch(`${base}/v1/streams/order-1/events`)).text(), /Placed/);
  assert.match(await (await fetch(`${base}/openapi.json`)).text(), /"\/v1\/timed-events"/);
  assert.match(await (await fetch(`${base}/metrics`)).text(), /^cassadra_build_info\{/m);
  assert.deepEqual(await program.stop('SIGTERM'), { code: 0, signal: null });
});

test('bundled: timed events are fired, and traces are sent', async (t) => {
  const collector = await startCollector(t);
  const receiver = await Receiver.start(t);
  const env = { ...(await embeddedStorage.prepare(t)), ...LOOPBACK_ALLOWED };
  const traced = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const { program, port, httpPort } = await startStore(t, traced, npmStart());
  const calls = new SchedulerCalls(httpPort);
  await calls.add({ eventId: 'call', dueMs: Date.now(), url: receiver.url('/ok') });
  await receiver.arrival('call');
  await calls.settled('call', 'COMPLETED');
  const client = connect(`127.0.0.1:${port}`);
  t.after(() => client.close());
  await client.append('orders', { type: 'Placed', data: {} });
  assert.deepEqual(await program.stop('SIGTERM'), { code: 0, signal: null });
  const names = new Set(collector.spans.map(({ name }) => name));
  assert.ok(names.has('timed event call'), [...names].join());
  assert.ok(names.has('cassadra.v1.EventStoreService/Append'), [...names].join());
});

test('bundled: a trace of calls names the sources', async (t) => {
  const shown = [
    'const { stdout, stderr } = process;',
    'const write = stdout.write.bind(stdout);',
    'stdout.write = (text) => stderr.write(new Error("here").stack) && write(text);',
  ];
  const flag = `--import=data:text/javascript,${encodeURIComponent(shown.join(''))}`;
  const { program } = await startStore(t, await embeddedStorage.prepare(t), npmStart(flag));
  // a name that two modules have gets a number
  assert.match(program.output, /at serve\d* \(.*[\\/]cmd[\\/]grpc-store[\\/]serve\.ts:\d+:\d+\)/);
});
