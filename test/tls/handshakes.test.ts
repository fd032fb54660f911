import assert from 'node:assert/strict';
import { once, setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SERVER } from './certificates.js';
import { clientOf, securedHttp, securedStore } from './secured-servers.js';

const HANDSHAKE_MS = 1_000;
/** Far above it: machines are busy. */
const CLOSED_WITHIN_MS = 20_000;

/** The first bytes of a TLS handshake whose rest never comes. */
const BEGUN = Buffer.from('1603010200010001fc0303', 'hex');

async function silentSockets(t: TestContext, port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect({ port, host: '127.0.0.1' }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

/** How many are closed by the server in time. */
async function closedOf(sockets: readonly Socket[]): Promise<number> {
  const patience = new AbortController();
  setMaxListeners(0, patience.signal);
  const closed = sockets.map(async (socket) => {
    if (!socket.closed) await once(socket, 'close', { signal: patience.signal });
  });
  const timer = setTimeout(() => patience.abort(), CLOSED_WITHIN_MS);
  const outcomes = await Promise.allSettled(closed);
  clearTimeout(timer);
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

/** A byte now and then, so that the socket is never idle. */
async function trickle(socket: Socket): Promise<void> {
  for (let at = 0; !socket.destroyed; at += 1) {
    socket.write(Buffer.of(BEGUN[at] ?? 0));
    await delay(HANDSHAKE_MS / 5);
  }
}

describe('handshakes that do not come to an end', () => {
  test('gRPC: 200 silent sockets are closed, and a good client is served meanwhile', async (t) => {
    const settings = { connectionsMax: 250, connectionsPerAddressMax: 250 };
    const store = await securedStore(t, SERVER, { handshakeTimeoutMs: HANDSHAKE_MS, settings });
    const sockets = await silentSockets(t, store.port, 200);
    const client = clientOf(t, store);
    assert.equal((await client.append('s', { type: 'Opened' })).lastVersion, 1);
    assert.equal(await closedOf(sockets), 200);
    assert.equal((await client.getStream('s')).currentVersion, 1);
  });

  test('HTTP: silent sockets are closed', async (t) => {
    const { port } = await securedHttp(t, SERVER, { handshakeTimeoutMs: HANDSHAKE_MS });
    assert.equal(await closedOf(await silentSockets(t, port, 20)), 20);
  });

  test('a byte now and then does not keep a socket open', async (t) => {
    const secured = { handshakeTimeoutMs: HANDSHAKE_MS };
    const grpc = await securedStore(t, SERVER, secured);
    const http = await securedHttp(t, SERVER, secured);
    const sockets = [
      ...(await silentSockets(t, grpc.port, 1)),
      ...(await silentSockets(t, http.port, 1)),
    ];
    for (const socket of sockets) void trickle(socket);
    assert.equal(await closedOf(sockets), 2);
  });

  test('sockets in their handshake count as connections', async (t) => {
    const store = await securedStore(t, SERVER, { settings: { connectionsMax: 5 } });
    const held = await silentSockets(t, store.port, 5);
    await assert.rejects(clientOf(t, store).getStream('s'), { name: 'StoreUnavailableError' });
    held.forEach((socket) => socket.destroy());
    const patient = clientOf(t, store, {}, { retry: { forMs: CLOSED_WITHIN_MS } });
    assert.equal((await patient.getStream('s')).currentVersion, 0);
  });
});
