import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connectionKey } from './connection-key.js';

/** Resolves with the server's end. */
async function connected(
  server: ReturnType<typeof createServer>,
  ends: { readonly host: string; readonly localPort?: number },
): Promise<readonly [Socket, Socket]> {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect({ ...ends, port, localAddress: '127.0.0.1' });
  await once(client, 'connect');
  return [client, await accepted];
}

test('one port of a host that calls two addresses is two connections', async (t) => {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const [one, ownOne] = await connected(server, { host: '127.0.0.1' });
  const [two, ownTwo] = await connected(server, {
    host: '127.0.0.2',
    localPort: one.localPort ?? 0,
  });
  t.after(() => {
    for (const socket of [one, two, ownOne, ownTwo]) socket.destroy();
    server.close();
  });
  assert.equal(ownOne.remotePort, ownTwo.remotePort);
  assert.notEqual(connectionKey(ownOne), connectionKey(ownTwo));
});
