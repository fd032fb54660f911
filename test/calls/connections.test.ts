import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import {
  beginning,
  callHeaders,
  END_STREAM,
  frame,
  messageHead,
  openStream,
  resetStream,
} from '../abuse/http2-frames.js';
import { RawSocket } from '../abuse/raw-socket.js';
import { call } from '../http/http-caller.js';
import { eventually } from './eventually.js';
import { gatedServers } from './gated-servers.js';

const LIMIT = { timeout: 60_000 };
const ECHO = callHeaders('/test.Gated/Echo');

test('an address has so many connections, and others still get in', LIMIT, async (t) => {
  const most = { connectionsPerAddressMax: 3 };
  const { grpcPort, httpPort } = await gatedServers(t, { grpc: most, http: most });
  for (const port of [grpcPort, httpPort]) {
    const own = await Promise.all([1, 2, 3].map(() => RawSocket.open(port, '127.0.0.2')));
    await eventually(async () => {
      const more = await RawSocket.open(port, '127.0.0.2');
      await more.closed;
      return own.every(({ isClosed }) => !isClosed);
    });
    const other = await RawSocket.open(port, '127.0.0.3');
    await other.write(port === httpPort ? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' : beginning());
    await eventually(() => other.received.length > 0);
    // a place that is given up can be had again
    own[0]?.close();
    await eventually(async () => {
      const next = await RawSocket.open(port, '127.0.0.2');
      await next.write(port === httpPort ? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' : beginning());
      await eventually(() => next.isClosed || next.received.length > 0);
      const isServed = next.received.length > 0;
      next.close();
      return isServed;
    });
    for (const raw of [...own, other]) raw.close();
  }
});

test('a connection that does not begin to speak HTTP/2 is closed', LIMIT, async (t) => {
  const { grpcPort, client } = await gatedServers(t, { grpc: { prefaceTimeoutMs: 500 } });
  const begun = await RawSocket.open(grpcPort);
  await begun.write(beginning());
  const caller = client();
  assert.equal((await caller.unary('Echo')).code, status.OK);
  const silent = await RawSocket.open(grpcPort);
  const slow = await RawSocket.open(grpcPort);
  await slow.write('PRI * HTTP/2.0\r\n');
  await Promise.all([silent.closed, slow.closed]);
  assert.equal(begun.isClosed, false);
  assert.equal((await caller.unary('Echo')).code, status.OK);
  begun.close();
});

test(
  'a request that does not arrive in time is refused, and its place is free',
  LIMIT,
  async (t) => {
    const grpc = { receiveTimeoutMs: 1_000 };
    const { grpcPort, openCalls, ended } = await gatedServers(t, { grpc });
    const slow = await RawSocket.open(grpcPort);
    await slow.write(beginning());
    // of 100 bytes come 3; then one whose request is here, but not its end
    const part = Buffer.concat([messageHead(100), Buffer.alloc(3)]);
    await slow.write(
      Buffer.concat([
        openStream(1, ECHO),
        frame({ type: 'data', stream: 1, payload: part }),
        openStream(3, ECHO),
        frame({ type: 'data', stream: 3, payload: messageHead(0) }),
        openStream(5, callHeaders('/test.Gated/Take')),
        frame({ type: 'data', stream: 5, payload: part }),
      ]),
    );
    await eventually(() => openCalls() === 3);
    await eventually(() => openCalls() === 0);
    assert.deepEqual([...ended].sort(), [
      'grpc test.Gated/Echo DEADLINE_EXCEEDED',
      'grpc test.Gated/Echo DEADLINE_EXCEEDED',
      'grpc test.Gated/Take DEADLINE_EXCEEDED',
    ]);
    assert.equal(slow.isClosed, false);
    slow.close();
  },
);

test('health takes small requests only', LIMIT, async (t) => {
  const { client } = await gatedServers(t);
  const bytes = Buffer.alloc(100_000);
  const refused = await client().unary('/grpc.health.v1.Health/Check', {}, { bytes });
  assert.equal(refused.reason, 'LIMIT_EXCEEDED');
});

test('streams that are reset at once cost an address its connections', LIMIT, async (t) => {
  const health = '/grpc.health.v1.Health/Check';
  for (const path of ['/test.Gated/Echo', '/test.Gated/Take', health, '/none/None']) {
    const { grpcPort, client, openCalls } = await gatedServers(t);
    const other = client();
    assert.equal((await other.unary('Echo')).code, status.OK);
    await eventually(async () => {
      await flood(grpcPort, path);
      return !(await isServed(grpcPort));
    });
    assert.equal((await other.unary('Echo')).code, status.OK);
    await eventually(() => openCalls() === 0);
    // after a rest
    if (path === '/none/None') await eventually(() => isServed(grpcPort));
  }
});

const FLOOD_ADDRESS = '127.0.0.4';

/** Whether the address gets a connection. */
async function isServed(port: number): Promise<boolean> {
  const raw = await RawSocket.open(port, FLOOD_ADDRESS);
  await raw.write(beginning());
  await eventually(() => raw.isClosed || raw.received.length > 0);
  raw.close();
  return raw.received.length > 0;
}

/** Opens and resets 900 streams, fewer than HTTP/2 itself lets pass. False: it was cut. */
async function flood(port: number, path: string): Promise<boolean> {
  const raw = await RawSocket.open(port, FLOOD_ADDRESS);
  await raw.write(beginning());
  const headers = callHeaders(path);
  for (let id = 1; id < 1_800 && !raw.isClosed; id += 100) {
    const ids = Array.from({ length: 50 }, (_, index) => id + 2 * index);
    const bytes = ids.flatMap((one) => [openStream(one, headers), resetStream(one)]);
    await raw.write(Buffer.concat(bytes));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { isClosed } = raw;
  raw.close();
  return !isClosed;
}

test('callers that go away with their requests here are not counted against', LIMIT, async (t) => {
  const { grpcPort, held, openCalls } = await gatedServers(t);
  for (let round = 0; round < 8; round += 1) {
    const raw = await RawSocket.open(grpcPort, '127.0.0.5');
    await raw.write(beginning());
    const hold = callHeaders('/test.Gated/Hold');
    const whole = { type: 'data', flags: END_STREAM, payload: messageHead(0) } as const;
    for (let id = 1; id < 400; id += 2) {
      await raw.write(Buffer.concat([openStream(id, hold), frame({ ...whole, stream: id })]));
    }
    await held.untilCount(200);
    raw.close();
    await eventually(() => openCalls() === 0);
  }
  const next = await RawSocket.open(grpcPort, '127.0.0.5');
  await next.write(beginning());
  await eventually(() => next.received.length > 0);
  next.close();
});

test('many connections after each other leave nothing behind', LIMIT, async (t) => {
  const { httpPort } = await gatedServers(t, { http: { connectionsPerAddressMax: 2 } });
  for (let index = 0; index < 50; index += 1) {
    await eventually(
      async () => (await call(httpPort, '/who').catch(() => undefined)) !== undefined,
    );
  }
});
