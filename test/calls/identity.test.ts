import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { ANYBODY, Unauthenticated, type Authenticator } from '../../src/access/index.js';
import { createCallGate, DEFAULT_CALL_GATE_SETTINGS } from '../../src/calls/index.js';
import { AppError } from '../../src/core/index.js';
import { call } from '../http/http-caller.js';
import { serveHttp } from '../http/http-under-test.js';
import { eventually } from './eventually.js';
import { gatedServers } from './gated-servers.js';

const LIMIT = { timeout: 60_000 };
const GOOD = { authorization: 'Bearer orders' };

/** Knows callers by the word after Bearer. */
class ByWord implements Authenticator {
  readonly #revoked = new Map<string, AbortController>();

  async authenticate({ authorization = '' }: { readonly authorization: string | undefined }) {
    const name = /^Bearer ([a-z]+)$/.exec(authorization)?.[1];
    if (name === undefined) {
      const cause = new Unauthenticated('the token is not known');
      throw new AppError('UNAUTHENTICATED', 'who calls is not known', {}, cause);
    }
    return { ...ANYBODY, name };
  }

  watch(_: unknown, { name }: { readonly name: string }): AbortSignal {
    const revoked = new AbortController();
    this.#revoked.set(name, revoked);
    return revoked.signal;
  }

  revoke(name: string): void {
    this.#revoked.get(name)?.abort(new AppError('UNAUTHENTICATED', 'no longer'));
  }
}

test('who is not known gets no further, on both transports; health is open', LIMIT, async (t) => {
  const servers = await gatedServers(t, { authenticator: new ByWord() });
  const { client, httpPort, lines, ended } = servers;
  const caller = client();
  for (const metadata of [{}, { authorization: 'Bearer 12' }, { authorization: 'Basic orders' }]) {
    const refused = await caller.unary('Echo', metadata);
    assert.deepEqual([refused.code, refused.reason], [status.UNAUTHENTICATED, 'UNAUTHENTICATED']);
    const answer = await call(httpPort, '/who', { headers: metadata });
    assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer']);
    // what is there and what is not looks the same from outside
    assert.equal((await call(httpPort, '/none', { headers: metadata })).status, 401);
  }
  assert.equal((await caller.unary('Echo', GOOD)).code, status.OK);
  assert.equal((await call(httpPort, '/who', { headers: GOOD })).body, 'orders');
  assert.equal((await caller.unary('/grpc.health.v1.Health/Check')).code, status.OK);
  assert.equal((await call(httpPort, '/health/readiness')).status, 200);
  const refusals = lines.filter(({ text }) => text === 'call refused');
  assert.equal(refusals.length, 9);
  assert.equal(refusals[0]?.['reason'], 'the token is not known');
  assert.equal(refusals[0]?.['address'], '127.0.0.1');
  await eventually(() => ended.includes('http GET /who OK'));
});

test('Cassata’s callers are told in plain text, as by all its errors', LIMIT, async (t) => {
  const authenticator = new ByWord();
  const settings = DEFAULT_CALL_GATE_SETTINGS;
  const http = await serveHttp({
    gate: (components) => createCallGate({ settings, components, authenticator }),
  });
  t.after(() => http.stop());
  const { status: code, body, headers } = await call(http.port, '/cassata/status/a/b');
  assert.deepEqual([code, body], [401, 'who calls is not known']);
  assert.match(String(headers['content-type']), /^text\/plain/);
  assert.equal(headers['www-authenticate'], 'Bearer');
});

test('reflection asks for a caller where there are callers', LIMIT, async (t) => {
  const { client } = await gatedServers(t, { authenticator: new ByWord() });
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  const caller = client();
  assert.equal((await caller.unary(path)).reason, 'UNAUTHENTICATED');
  assert.notEqual((await caller.unary(path, GOOD)).reason, 'UNAUTHENTICATED');
});

test('a rate is that of the caller, not of its address', LIMIT, async (t) => {
  const { client, httpPort } = await gatedServers(t, {
    authenticator: new ByWord(),
    gate: { callsPerSecond: 3 },
  });
  const caller = client();
  await eventually(async () => (await caller.unary('Echo', GOOD)).reason === 'RATE_LIMITED');
  const other = { authorization: 'Bearer other' };
  assert.equal((await caller.unary('Echo', other)).code, status.OK);
  assert.equal((await call(httpPort, '/who', { headers: other })).body, 'other');
});

test('a stream ends when what its caller may do ends', LIMIT, async (t) => {
  const authenticator = new ByWord();
  const { client, openCalls } = await gatedServers(t, { authenticator });
  const stream = await client().follow(GOOD);
  assert.equal(stream.code, status.OK);
  authenticator.revoke('orders');
  await eventually(() => openCalls() === 0);
  await stream.ended;
});

test('a call has its id: that of the caller, if it is sound, else a new one', LIMIT, async (t) => {
  const { client, httpPort, lines } = await gatedServers(t, { gate: { logged: 'all' } });
  const caller = client();
  const sound = { 'x-request-id': 'abc-123/~' };
  assert.equal((await caller.unary('Echo', sound)).requestId, 'abc-123/~');
  assert.equal((await caller.unary('Crash', sound)).requestId, 'abc-123/~');
  assert.equal((await caller.follow(sound)).requestId, 'abc-123/~');
  for (const path of ['/who', '/crash', '/none']) {
    const { headers } = await call(httpPort, path, { headers: sound });
    assert.equal(headers['x-request-id'], 'abc-123/~');
  }
  for (const bad of ['a b', 'x'.repeat(129)]) {
    const metadata = { 'x-request-id': bad };
    assert.match((await caller.unary('Echo', metadata)).requestId, /^[\da-f-]{36}\.[\da-z]+$/);
    const { headers } = await call(httpPort, '/who', { headers: metadata });
    assert.match(String(headers['x-request-id']), /^[\da-f-]{36}\.[\da-z]+$/);
  }
  await eventually(() => lines.some(({ method }) => method === 'unmatched'));
  const line = lines.find(({ code }) => code === 'INTERNAL');
  assert.equal(line?.['request_id'], 'abc-123/~');
  assert.equal(line['transport'], 'grpc');
  assert.equal(line['method'], 'test.Gated/Crash');
  assert.equal(line['caller'], 'anybody');
  assert.equal(typeof line['ms'], 'number');
});
