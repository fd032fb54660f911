import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { test, type TestContext } from 'node:test';
import { connect, traceContextOf, type Cassadra } from '../../src/client/index.js';
import { startStore, type RunningStore } from '../e2e/program.js';
import { placeOf, startCollector, type SentSpan } from './collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** Each call of a client is a span of its own. */
function countedSpans(flags: string) {
  const sent: string[] = [];
  const trace = () => {
    const span = (0xabc0 + sent.length).toString(16).padStart(16, '0');
    sent.push(span);
    return { traceparent: `00-${TRACE}-${span}-${flags}`, tracestate: 'vendor=1' };
  };
  return { sent, trace };
}

/** Takes callbacks; refuses the first of each event. */
async function startReceiver(t: TestContext) {
  const calls: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    calls.push(request.headers);
    const isFirst = request.headers['cassadra-attempt'] === '1';
    response.writeHead(isFirst ? 503 : 200).end();
    server.emit('call');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const until = async (count: number): Promise<readonly IncomingHttpHeaders[]> => {
    while (calls.length < count)
      await once(server, 'call', { signal: AbortSignal.timeout(30_000) });
    return calls;
  };
  return { url: `http://127.0.0.1:${port}/hook`, until };
}

async function started(
  t: TestContext,
  env: Readonly<Record<string, string>>,
): Promise<RunningStore> {
  return startStore(t, { STORAGE: 'memory', CALLBACK_ALLOW_CIDRS: '127.0.0.1', ...env });
}

/** The metadata of the first event that comes to a stream. */
async function followFirst(store: Cassadra, stream: string): Promise<Record<string, string>> {
  for await (const item of store.subscribe({ stream, signal: AbortSignal.timeout(30_000) })) {
    if (item.kind === 'event') return traceContextOf(item.event);
  }
  return assert.fail('the subscription ended');
}

/** Appends and schedules in spans of a trace; answers where it was seen again. */
async function travel(t: TestContext, { port }: RunningStore, flags: string) {
  const receiver = await startReceiver(t);
  const { sent, trace } = countedSpans(flags);
  const client = connect({ address: `127.0.0.1:${port}`, trace });
  const plain = connect(`127.0.0.1:${port}`);
  t.after(() => Promise.all([client.close(), plain.close()]));
  const seen = [followFirst(plain, 'orders'), followFirst(plain, 'later')];
  await client.append('orders', { type: 'Placed', data: {} });
  const base = { application: 'shop', due: Date.now(), retry: { firstDelayMs: 10 } };
  await client.timers.schedule({ ...base, eventId: 'call', http: { url: receiver.url } });
  const append = { stream: 'later', type: 'Due', data: {} };
  await client.timers.schedule({ ...base, eventId: 'append', append });
  const calls = await receiver.until(2);
  const [event, later] = await Promise.all(seen);
  return { sent, calls, event, later };
}

/** The chain of spans that leads to a place, from the root on. */
function chainOf(spans: readonly SentSpan[], traceparent: unknown): readonly SentSpan[] {
  const { spanId, traceId } = placeOf(traceparent);
  assert.equal(traceId, TRACE);
  const chain: SentSpan[] = [];
  for (let id = spanId; ; ) {
    const span = spans.find((one) => one.spanId === id);
    if (span === undefined) return chain;
    assert.equal(span.traceId, TRACE);
    chain.unshift(span);
    id = span.parentSpanId;
  }
}

test('one trace from a client to events, subscribers and receivers', async (t) => {
  const collector = await startCollector(t);
  const store = await started(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const { sent, calls, event, later } = await travel(t, store, '01');
  await store.program.stop('SIGTERM');
  const [appended, call, append] = sent;
  const { spans } = collector;
  const chains: readonly (readonly [unknown, string | undefined, readonly string[]])[] = [
    [event?.['traceparent'], appended, ['cassadra.v1.EventStoreService/Append']],
    ...calls.map((headers) => {
      const names = ['cassadra.v1.SchedulerService/Schedule', 'timed event call'];
      return [headers['traceparent'], call, names] as const;
    }),
    [
      later?.['traceparent'],
      append,
      ['cassadra.v1.SchedulerService/Schedule', 'timed event append'],
    ],
  ];
  for (const [traceparent, client, names] of chains) {
    const chain = chainOf(spans, traceparent);
    assert.deepEqual(
      chain.map(({ name }) => name),
      names,
    );
    assert.equal(chain[0]?.parentSpanId, client);
    assert.equal(chain[0]?.kind, 2, 'a server span');
  }
  assert.notEqual(calls[0]?.['traceparent'], calls[1]?.['traceparent'], 'each attempt is a span');
  for (const carrier of [event, later, ...calls]) assert.equal(carrier?.['tracestate'], 'vendor=1');
  const attempts = spans.filter(({ name }) => name === 'timed event call');
  assert.deepEqual(
    attempts.map(({ attributes, status }) => [
      attributes['cassadra.attempt'],
      attributes['http.response.status_code'],
      status.code,
    ]),
    [
      [1, 503, 2],
      [2, 200, 0],
    ],
  );
});

test('without a collector, the trace of a caller goes through; a bad one is nobody’s error', async (t) => {
  const store = await started(t, {});
  const { sent, calls, event, later } = await travel(t, store, '00');
  const [appended, call, append] = sent.map((span) => `00-${TRACE}-${span}-00`);
  assert.equal(event?.['traceparent'], appended);
  for (const headers of calls) assert.equal(headers['traceparent'], call);
  assert.equal(later?.['traceparent'], append);
  const trace = () => ({ traceparent: `00-${TRACE}-nonsense`, tracestate: 'vendor=1' });
  const client = connect({ address: `127.0.0.1:${store.port}`, trace });
  t.after(() => client.close());
  await client.append('bad', { type: 'Placed', data: {} });
  assert.deepEqual(await followFirst(client, 'bad'), {});
});

test('HTTP takes part: all APIs pass the trace of a caller on', async (t) => {
  const store = await started(t, {});
  const receiver = await startReceiver(t);
  const traceparent = `00-${TRACE}-00000000000000aa-01`;
  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json', traceparent, tracestate: 'vendor=1' };
    const url = `http://127.0.0.1:${store.httpPort}${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.text());
  };
  const stream = 'fade87a1-9df9-46bb-aae6-63b2b763094d';
  await post('/v1/streams/orders/events', { events: [{ type: 'Placed', json: '{}' }] });
  await post(`/api/v1/events/${stream}/0`, [{ type: 1, payload: '{}' }]);
  const cassata = { application: 'shop', eventId: 'call', eventJson: '{}', expiry: Date.now() };
  await post('/cassata/add', { ...cassata, destinationUrl: receiver.url, httpMethod: 'POST' });
  const client = connect(`127.0.0.1:${store.port}`);
  t.after(() => client.close());
  const trace = { traceparent, tracestate: 'vendor=1' };
  assert.deepEqual(await followFirst(client, 'orders'), trace);
  assert.deepEqual(await followFirst(client, stream), trace);
  const [call] = await receiver.until(1);
  assert.equal(call?.['traceparent'], traceparent);
});

test('a collector that does not answer holds up nobody', async (t) => {
  const collector = await startCollector(t, 'nothing');
  const store = await started(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await travel(t, store, '01');
  const { code } = await store.program.stop('SIGTERM');
  assert.equal(code, 0);
  assert.match(store.program.output, /spans could not be sent/);
});
