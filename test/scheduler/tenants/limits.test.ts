import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { CallLimits } from '../../../src/core/index.js';
import { slow } from '../fake-dispatcher.js';
import { at } from '../world.js';
import { TenantsWorld, type TenantServer } from './tenants-world.js';

let world: TenantsWorld;
let servers: TenantServer[];
beforeEach(async () => {
  world = new TenantsWorld();
  servers = [await world.server(), await world.server(), await world.server()];
  for (const server of servers) world.pollerOf(server);
});
afterEach(() => world.end());

const first = (): TenantServer => {
  const [server] = servers;
  if (server === undefined) throw new Error('no server');
  return server;
};
const limit = (limits: CallLimits): Promise<unknown> =>
  first().tenants.set('app', { priority: 'normal', ...limits }, world.signal);

function perSecond(application = 'app'): number[] {
  const counts = new Map<number, number>();
  for (const { call, atMs } of world.dispatcher.made) {
    if (call.key.application !== application) continue;
    const second = Math.floor(atMs / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return [...counts.values()];
}

async function scheduleMany(application: string, count: number, rest = {}): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const key = { application, eventId: `${application}-${index}` };
    await world.schedule('', 1_000 + index, { key, ...rest });
  }
}

test('a rate holds over three pollers in each second, and others are not delayed', async () => {
  await limit({ ratePerSecond: 20 });
  await scheduleMany('app', 200);
  await scheduleMany('free', 200);
  await world.pass(13_000);
  assert.equal(
    perSecond('app').reduce((sum, count) => sum + count, 0),
    200,
  );
  assert.ok(Math.max(...perSecond('app')) <= 20, perSecond('app').join(' '));
  const late = world.dispatcher.made
    .filter(({ call }) => call.key.application === 'free')
    .map(({ call, atMs }) => atMs - call.dueMs);
  assert.ok(Math.max(...late) <= 5, `${Math.max(...late)} ms`);
});

test('concurrency holds over three pollers, for a destination of an application', async () => {
  const { tenants } = first();
  await tenants.limitDestination('app', 'http://d.test:1', { concurrency: 4 }, world.signal);
  let most = 0;
  let now = 0;
  world.dispatcher.receivers.set('d.test:1', async (call, time) => {
    now += 1;
    most = Math.max(most, now);
    const result = await slow(200, 50)(call, time);
    now -= 1;
    return result;
  });
  await scheduleMany('app', 300, at('d.test:1'));
  await scheduleMany('free', 100, at('e.test:1'));
  await world.pass(9_000);
  assert.equal(most, 4);
  assert.equal(world.dispatcher.made.length, 400);
});

test('a limit is changed while it is used, and taken away', async () => {
  await limit({ concurrency: 10 });
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 100));
  await scheduleMany('app', 1_000);
  await world.pass(3_000);
  assert.equal(world.dispatcher.mostUnderWay, 10);
  await limit({ concurrency: 2 });
  await world.pass(1_000);
  world.dispatcher.mostUnderWay = 0;
  await world.pass(3_000);
  assert.equal(world.dispatcher.mostUnderWay, 2);
  await limit({});
  await world.pass(1_500);
  assert.ok(world.dispatcher.mostUnderWay > 20, `${world.dispatcher.mostUnderWay}`);
  await world.pass(4_000);
  assert.equal(world.dispatcher.made.length, 1_000);
});

test('one at a time: all in the end, and slots of a poller that died are taken back', async () => {
  await limit({ concurrency: 1 });
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 20));
  await scheduleMany('app', 60);
  await world.pass(2_000);
  const [dead] = world.storage.pollers;
  const [server] = servers;
  assert.ok(dead !== undefined && server !== undefined);
  world.storage.kill(dead);
  server.documents.off = true;
  await world.pass(40_000, 5);
  assert.equal(world.dispatcher.mostUnderWay, 1);
  assert.equal(world.dispatcher.made.length, 60);
});

test('rounded due times with a rate: no call is given back for its token', async () => {
  await limit({ ratePerSecond: 50 });
  const dueMs = Math.ceil(world.nowMs / 1_000) * 1_000 + 2_000;
  for (let index = 0; index < 40; index += 1) {
    const key = { application: 'app', eventId: `e-${index}` };
    await world.schedule('', 0, { key, dueMs: dueMs + (index % 4) * 1_000 });
  }
  await world.pass(7_000);
  assert.equal(world.dispatcher.made.length, 40);
  assert.ok(Math.max(...world.lateness) <= 250, `${Math.max(...world.lateness)} ms late`);
});

test('without the storage nothing that is limited begins, and all the rest does', async () => {
  await limit({ ratePerSecond: 100 });
  await world.pass(600);
  for (const { documents } of servers) {
    const revision = documents.revision.bind(documents);
    documents.find = () => new Promise(() => {});
    documents.revision = revision;
  }
  await scheduleMany('app', 20);
  await scheduleMany('free', 20);
  await world.pass(3_000);
  assert.equal(perSecond('app').length, 0);
  assert.equal(world.dispatcher.made.length, 20);
});
