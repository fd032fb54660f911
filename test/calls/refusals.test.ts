import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { call } from '../http/http-caller.js';
import { RawConnection } from '../http/raw-connection.js';
import { eventually } from './eventually.js';
import { gatedServers } from './gated-servers.js';

const LIMIT = { timeout: 60_000 };
const HEALTH = '/grpc.health.v1.Health/Check';

test(
  'a full server refuses short calls on both transports, and answers health',
  LIMIT,
  async (t) => {
    const { client, httpPort, held, ended } = await gatedServers(t, { gate: { callsMax: 2 } });
    const caller = client();
    const first = caller.unary('Hold');
    const second = call(httpPort, '/hold/a');
    await held.untilCount(2);
    const refused = await caller.unary('Echo');
    assert.deepEqual([refused.code, refused.reason], [status.RESOURCE_EXHAUSTED, 'OVERLOADED']);
    const answer = await call(httpPort, '/who');
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '1']);
    assert.equal((JSON.parse(answer.body) as { code: string }).code, 'OVERLOADED');
    assert.equal((await caller.unary(HEALTH)).code, status.OK);
    for (const path of ['/', '/health/liveness', '/health/readiness']) {
      assert.equal((await call(httpPort, path)).status, 200);
    }
    // streams have places of their own
    const stream = await caller.follow();
    assert.equal(stream.code, status.OK);
    held.release();
    assert.equal((await first).code, status.OK);
    assert.equal((await second).body, 'held');
    assert.equal((await caller.unary('Echo')).code, status.OK);
    assert.equal((await call(httpPort, '/who')).body, 'anybody');
    await eventually(() => ended.includes('http GET /hold/:name OK'));
    assert.deepEqual(ended.filter((line) => line.includes('OVERLOADED')).sort(), [
      'grpc test.Gated/Echo OVERLOADED',
      'http GET /who OVERLOADED',
    ]);
  },
);

test(
  'a place is free again when a caller cancels, goes away or meets a fault',
  LIMIT,
  async (t) => {
    const servers = await gatedServers(t, { gate: { callsMax: 1, longCallsMax: 1 } });
    const { client, httpPort, held, openCalls } = servers;
    const caller = client();
    const cancel = new AbortController();
    const cancelled = caller.unary('Hold', {}, { signal: cancel.signal });
    await held.untilCount(1);
    assert.equal((await caller.unary('Echo')).reason, 'OVERLOADED');
    cancel.abort();
    assert.equal((await cancelled).code, status.CANCELLED);
    await eventually(() => openCalls() === 0);
    assert.equal((await caller.unary('Crash')).code, status.INTERNAL);
    assert.equal((await call(httpPort, '/crash')).status, 500);
    const raw = await RawConnection.open(httpPort);
    raw.write('GET /hold/a HTTP/1.1\r\nHost: a\r\n\r\n');
    await held.untilCount(1);
    raw.close();
    await eventually(() => openCalls() === 0);
    assert.equal((await caller.unary('Echo')).code, status.OK);
    const stream = await caller.follow();
    assert.equal((await caller.follow()).reason, 'OVERLOADED');
    stream.cancel();
    await stream.ended;
    await eventually(() => openCalls() === 0);
    const other = await caller.follow();
    assert.equal(other.code, status.OK);
    // its connection breaks
    caller.close();
    other.cancel();
    await eventually(() => openCalls() === 0);
  },
);

test('a caller over its rate is refused; another is not', LIMIT, async (t) => {
  const { client, httpPort } = await gatedServers(t, { gate: { callsPerSecond: 3 } });
  const caller = client();
  const codes = [];
  for (let index = 0; index < 6; index += 1) codes.push((await caller.unary('Echo')).reason);
  assert.ok(codes.filter((code) => code === '').length >= 3);
  assert.ok(codes.includes('RATE_LIMITED'), codes.join());
  assert.equal((await caller.unary(HEALTH)).code, status.OK);
  const refused = await Promise.all([1, 2, 3, 4, 5, 6].map(() => call(httpPort, '/who')));
  const limited = refused.find((answer) => answer.status === 429);
  assert.equal(limited?.headers['retry-after'], '1');
  // another address
  const other = await fromAddress(httpPort, '127.0.0.9');
  assert.match(other, /^HTTP\/1\.1 200 /);
});

function fromAddress(port: number, localAddress: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write('GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  });
}

test(
  'requests that are too large together are refused, and what they held is free',
  LIMIT,
  async (t) => {
    const mebibyte = 1_048_576;
    const gate = { requestBytesMax: 4 * mebibyte };
    const { client, httpPort, held, openCalls } = await gatedServers(t, { gate });
    const caller = client();
    const large = Buffer.alloc(1.5 * mebibyte);
    const first = caller.unary('Hold', {}, { bytes: large });
    await held.untilCount(1);
    // an address may have half
    const second = await caller.unary('Echo', {}, { bytes: large });
    assert.deepEqual([second.reason, second.code], ['OVERLOADED', status.RESOURCE_EXHAUSTED]);
    assert.match(second.message, /too large together/);
    const sent = await call(httpPort, '/echo', { body: large });
    assert.equal(sent.status, 503);
    const headers = { 'transfer-encoding': 'chunked' };
    assert.equal((await call(httpPort, '/echo', { body: large, headers })).status, 503);
    assert.equal((await caller.unary('Echo', {}, { bytes: Buffer.alloc(100) })).code, status.OK);
    held.release();
    assert.equal((await first).code, status.OK);
    await eventually(() => openCalls() === 0);
    assert.equal((await caller.unary('Echo', {}, { bytes: large })).code, status.OK);
    assert.equal((await call(httpPort, '/echo', { body: large })).body, String(large.length));
  },
);

test(
  'an address has a quarter of the places for requests that are on their way',
  LIMIT,
  async (t) => {
    const { httpPort, client, openCalls } = await gatedServers(t, { gate: { callsMax: 8 } });
    const slow = [];
    for (let index = 0; index < 2; index += 1) {
      const raw = await RawConnection.open(httpPort);
      raw.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
      slow.push(raw);
    }
    await eventually(() => openCalls() === 2);
    assert.equal((await call(httpPort, '/echo', { body: 'x' })).status, 503);
    assert.equal((await client().unary('Echo')).reason, 'OVERLOADED');
    const other = await fromAddress(httpPort, '127.0.0.9');
    assert.match(other, /^HTTP\/1\.1 200 /);
    for (const raw of slow) raw.close();
    await eventually(() => openCalls() === 0);
    assert.equal((await call(httpPort, '/echo', { body: 'x' })).status, 200);
  },
);
