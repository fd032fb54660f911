import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import {
  openTracer,
  parseSettings,
  SettingsError,
  silentMetrics,
  storeSettings,
  systemComponents,
  silentLogger,
  type OpenTracer,
} from '../../src/runtime/index.js';
import { placeOf, startCollector } from './collector.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SAMPLED = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=1' };
const NOT_SAMPLED = { traceparent: `00-${TRACE}-${PARENT}-00`, tracestate: '' };

interface Watched {
  readonly traces: OpenTracer;
  readonly dropped: () => number;
  readonly warnings: () => number;
}

async function opened(env: Readonly<Record<string, string>>): Promise<Watched> {
  let [dropped, warnings] = [0, 0];
  const settings = parseSettings(storeSettings, { SHUTDOWN_GRACE_MS: '300', ...env });
  const traces = openTracer(settings, {
    ...systemComponents({ ...silentLogger, warn: () => (warnings += 1) }),
    metrics: { ...silentMetrics, add: (_name, _labels, by = 1) => void (dropped += by) },
  });
  await traces.start();
  return { traces, dropped: () => dropped, warnings: () => warnings };
}

const server = { name: 'a call', kind: 'server', attributes: {} } as const;

test('spans reach the collector, with their parents and what they say', async (t) => {
  const collector = await startCollector(t);
  const { traces, dropped } = await opened({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20a%3Db,x-tenant=t=1',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=other',
    OTEL_SERVICE_NAME: 'orders',
  });
  const call = traces.tracer.start({
    ...server,
    parent: SAMPLED,
    attributes: { 'a.b': 'c', n: 3 },
  });
  const within = traces.tracer.start({
    ...{ name: 'within', kind: 'client', attributes: {} },
    parent: call.context,
  });
  within.end({ late: 'yes' }, 'NOT_READY');
  call.end();
  const root = traces.tracer.start({ ...server, name: 'a root', parent: undefined });
  root.end();
  await traces.stop();
  assert.equal(call.context?.tracestate, 'a=1');
  assert.equal(placeOf(call.context.traceparent).traceId, TRACE);
  const [first, second, third, ...others] = collector.spans;
  assert.deepEqual(others, []);
  const { spanId } = placeOf(call.context.traceparent);
  const status = { code: 0, message: '' };
  const both = { traceId: TRACE, service: 'orders' };
  assert.deepEqual(first, {
    ...{ ...both, spanId: placeOf(within.context?.traceparent).spanId, parentSpanId: spanId },
    ...{ name: 'within', kind: 3, attributes: { late: 'yes' } },
    status: { code: 2, message: 'NOT_READY' },
  });
  assert.deepEqual(second, {
    ...{ ...both, spanId, parentSpanId: PARENT, name: 'a call', kind: 2 },
    ...{ attributes: { 'a.b': 'c', n: 3 }, status },
  });
  assert.deepEqual([third?.name, third?.parentSpanId], ['a root', '']);
  const [request] = collector.requests;
  assert.equal(request?.path, '/base/v1/traces');
  assert.equal(request.headers.authorization, 'Basic a=b');
  assert.equal(request.headers['x-tenant'], 't=1');
  assert.equal(dropped(), 0);
});

test('a trace that is not recorded goes on, marked so', async (t) => {
  const collector = await startCollector(t);
  const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/exact` };
  const { traces } = await opened(env);
  const span = traces.tracer.start({ ...server, parent: NOT_SAMPLED });
  span.end();
  assert.match(span.context?.traceparent ?? '', new RegExp(`^00-${TRACE}-[\\da-f]{16}-00$`));
  assert.notEqual(placeOf(span.context?.traceparent).spanId, PARENT);
  await traces.stop();
  for (const sampler of ['parentbased_traceidratio', 'always_off', 'parentbased_always_off']) {
    const options = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' };
    const other = await opened({ ...env, ...options });
    const root = other.traces.tracer.start({ ...server, parent: undefined });
    root.end();
    assert.match(root.context?.traceparent ?? '', /-00$/, sampler);
    await other.traces.stop();
  }
  assert.deepEqual(collector.requests, []);
  const always = await opened({ ...env, OTEL_TRACES_SAMPLER: 'always_on' });
  always.traces.tracer.start({ ...server, parent: NOT_SAMPLED }).end();
  await always.traces.stop();
  assert.deepEqual(
    collector.requests.map(({ path }) => path),
    ['/exact'],
  );
});

test('without an endpoint, what callers trace is passed on as it came', async () => {
  for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_SDK_DISABLED: 'true' }]) {
    const { traces } = await opened(env);
    assert.equal(traces.tracer.start({ ...server, parent: SAMPLED }).context, SAMPLED);
    assert.equal(traces.tracer.start({ ...server, parent: undefined }).context, undefined);
    await traces.stop();
  }
});

test('the SDK is loaded only by a server that traces', () => {
  const runtime = new URL('../../src/runtime/index.js', import.meta.url).href;
  const script = `
    import { createRequire } from 'node:module';
    const runtime = await import(${JSON.stringify(runtime)});
    const settings = runtime.parseSettings(runtime.storeSettings, process.env);
    const components = runtime.systemComponents(runtime.silentLogger);
    await runtime.openTracer(settings, components).start();
    const loaded = Object.keys(createRequire(${JSON.stringify(runtime)}).cache);
    console.log(loaded.filter((path) => path.includes('@opentelemetry')).length);
  `;
  const loadedWith = (env: NodeJS.ProcessEnv): number => {
    const args = ['--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    assert.match(stdout, /^\d+\n$/, stderr);
    return Number(stdout);
  };
  assert.equal(loadedWith({}), 0);
  assert.ok(loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }) > 0);
});

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const closed = once(listener, 'close');
  listener.close();
  await closed;
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('a collector that is gone, slow or broken costs spans, and nothing else', async (t) => {
  const gone = `http://127.0.0.1:${await closedPort()}`;
  const slow = await startCollector(t, 'nothing');
  const broken = await startCollector(t, 500);
  for (const url of [gone, slow.url, broken.url]) {
    const { traces, dropped, warnings } = await opened({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
    const spans = 5_000;
    for (let index = 0; index < spans; index += 1) {
      traces.tracer.start({ ...server, parent: SAMPLED }).end();
    }
    await traces.stop();
    assert.equal(dropped(), spans, url);
    assert.equal(warnings(), 1, url);
    traces.tracer.start({ ...server, parent: SAMPLED }).end();
    assert.equal(dropped(), spans + 1, 'it is over');
  }
});

test('a setting that makes no sense is refused, and no header is shown', () => {
  const parse = (env: Readonly<Record<string, string>>) => () => parseSettings(storeSettings, env);
  const bad: readonly (readonly [string, string])[] = [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization: secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%secret'],
  ];
  for (const [variable, value] of bad) {
    assert.throws(parse({ [variable]: value }), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, new RegExp(`^${variable} must be `));
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});
