import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { freePort } from '../../../tools/cassandra/free-port.js';
import { proxied, ProxyNetwork } from './proxy-network.js';

async function opened(t: TestContext): Promise<{ network: ProxyNetwork; port: number }> {
  const port = await freePort(['127.0.0.1', '127.0.1.1'], new Set());
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(port, '127.0.0.1');
  await once(echo, 'listening');
  const network = await ProxyNetwork.open(['node1'], ['server1'], port);
  t.after(async () => {
    await network.close();
    echo.close();
  });
  return { network, port };
}

async function linked(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, proxied('127.0.0.1'));
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function echoed(socket: Socket, bytes: number): Promise<void> {
  let left = bytes;
  socket.write(Buffer.alloc(bytes));
  while (left > 0) {
    const told: unknown[] = await once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
    left -= Buffer.isBuffer(told[0]) ? told[0].length : 0;
  }
}

test('a node falls silent until the last undo, which closes connections', async (t) => {
  const { network, port } = await opened(t);
  const used = await linked(t, port);
  await echoed(used, 10);
  const [undo, second] = [await network.isolate('node1'), await network.isolate('node1')];
  let heard = 0;
  used.on('data', () => (heard += 1));
  used.write('lost');
  const later = await linked(t, port);
  await undo();
  await undo();
  const signal = AbortSignal.timeout(10_000);
  const closed = [once(used, 'close', { signal }), once(later, 'close', { signal })];
  await second();
  await Promise.all(closed);
  assert.equal(heard, 0);
  await echoed(await linked(t, port), 10);
});

test('a slow node answers late', async (t) => {
  const { network, port } = await opened(t);
  const socket = await linked(t, port);
  await network.slow('node1');
  const startMs = performance.now();
  await echoed(socket, 8_192);
  assert.ok(performance.now() - startMs > 300);
  await network.heal();
  await echoed(socket, 8_192);
});

test('says what it cannot do', async (t) => {
  const { network } = await opened(t);
  assert.deepEqual([...network.cannot.keys()], ['cut-nodes', 'cut-one-way', 'isolate-server']);
  await assert.rejects(network.isolate('server1'), /without network namespaces/);
});
