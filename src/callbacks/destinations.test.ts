import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { parseAllowCidrs } from './address-guard.js';
import { Destinations, type Destination } from './destinations.js';

const guard = {
  allowed: parseAllowCidrs(['127.0.0.0/8']),
  resolve: async () => [],
  connectTimeoutMs: 1_000,
};

async function serverName(t: TestContext): Promise<string> {
  const server = createServer((_request, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function get({ pool }: Destination): Promise<string> {
  const { body } = await pool.request({ path: '/', method: 'GET' });
  return body.text();
}

test('a destination in use is shared; one without connections is forgotten', async (t) => {
  const destinations = new Destinations(guard, 1);
  t.after(() => destinations.close());
  const name = await serverName(t);
  const first = destinations.enter(name);
  assert.equal(destinations.enter(name), first);
  destinations.leave(first);
  assert.equal(destinations.size, 1);
  destinations.leave(first);
  assert.equal(destinations.size, 0);
  assert.ok(first.pool.destroyed);
});

test('of many idle destinations the one used longest ago is closed', async (t) => {
  const destinations = new Destinations(guard, 1, 2);
  t.after(() => destinations.close());
  const names = await Promise.all([1, 2, 3].map(() => serverName(t)));
  const [one, two, three] = names.map((name) => destinations.enter(name));
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  for (const destination of [one, two, three]) assert.equal(await get(destination), 'ok');
  // the first is in use, the third was used last
  destinations.leave(two);
  destinations.leave(three);
  assert.deepEqual(
    [one, two, three].map(({ pool }) => pool.destroyed),
    [false, true, false],
  );
  assert.equal(destinations.size, 2);
});

test('after close nothing is left', async (t) => {
  const destinations = new Destinations(guard, 1);
  const destination = destinations.enter(await serverName(t));
  assert.equal(await get(destination), 'ok');
  await destinations.close();
  await destinations.close();
  assert.equal(destinations.size, 0);
  assert.equal(destination.pool.stats.connected, 0);
});
