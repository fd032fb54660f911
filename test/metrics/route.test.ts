import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ANYBODY, type Caller } from '../../src/access/index.js';
import { createCallGate, DEFAULT_CALL_GATE_SETTINGS } from '../../src/calls/index.js';
import type { CallOrigin } from '../../src/calls/index.js';
import { AppError } from '../../src/core/index.js';
import { openMetrics, silentLogger, systemComponents } from '../../src/runtime/index.js';
import { HttpServer, metricsRoutes } from '../../src/transport/http/index.js';
import { call } from '../http/http-caller.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';
import { Scraped } from '../support/scraped.js';

type Identify = (origin: CallOrigin) => Promise<Caller>;

/** A server with nothing but health and metrics; a full one serves no call. */
async function serve(t: TestContext, identify: Identify | undefined): Promise<number> {
  const system = systemComponents(silentLogger);
  const metrics = await openMetrics(system.clock, { ofProcess: true });
  const components = { ...system, metrics };
  const settings = { ...DEFAULT_CALL_GATE_SETTINGS, callsMax: 0 };
  const server = new HttpServer({
    routes: [metricsRoutes({ metrics, gate: identify && { identify } })],
    settings: HTTP_SETTINGS,
    gate: createCallGate({ settings, components }),
    components,
    ready: () => true,
  });
  await server.start();
  t.after(() => server.stop());
  return server.port;
}

test('a scrape is no call: it is answered by a full server, and not counted', async (t) => {
  const port = await serve(t, undefined);
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(port, '/metrics')));
  for (const { status, headers, body } of answers) {
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(new Scraped(body).value('cassadra_calls_total'), undefined);
  }
});

test('the process and the delay of the event loop are among what is shown', async (t) => {
  const port = await serve(t, undefined);
  const seen = new Scraped((await call(port, '/metrics')).body);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes']) {
    assert.ok((seen.value(name) ?? 0) > 0, name);
  }
  for (const quantile of ['p50', 'p99', 'max']) {
    assert.ok(seen.value(`nodejs_eventloop_lag_${quantile}_seconds`) !== undefined, quantile);
  }
});

test('callers: those with the role read or admin, nobody else', async (t) => {
  const withRoles = (
    ...roles: Caller['roles'] extends ReadonlySet<infer Role> ? Role[] : never
  ) => {
    return { ...ANYBODY, roles: new Set(roles) };
  };
  const callers: Readonly<Record<string, Caller>> = {
    'Bearer r': withRoles('read', 'append'),
    'Bearer a': withRoles('admin'),
    'Bearer s': withRoles('append', 'schedule'),
  };
  const port = await serve(t, async ({ authorization = '', address }) => {
    assert.equal(address, '127.0.0.1');
    const caller = callers[authorization];
    if (caller === undefined) throw new AppError('UNAUTHENTICATED', 'credentials are missing');
    return caller;
  });
  const statusOf = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await call(port, '/metrics', { headers })).status;
  assert.equal(await statusOf({}), 401);
  assert.equal(await statusOf({ authorization: 'Bearer x' }), 401);
  assert.equal(await statusOf({ authorization: 'Bearer s' }), 403);
  assert.equal(await statusOf({ authorization: 'Bearer r' }), 200);
  assert.equal(await statusOf({ authorization: 'Bearer a' }), 200);
});
