import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { taskKey } from '../../../src/core/index.js';
import { slow } from '../fake-dispatcher.js';
import { TenantsWorld, type TenantServer } from './tenants-world.js';

let world: TenantsWorld;
let one: TenantServer;
let other: TenantServer;
beforeEach(async () => {
  world = new TenantsWorld();
  one = await world.server();
  other = await world.server();
});
afterEach(() => world.end());

const made = (application: string): number =>
  world.dispatcher.made.filter(({ call }) => call.key.application === application).length;
const of = (application: string, eventId: string) => ({ key: { application, eventId } });

async function scheduleMany(application: string, count: number, everyMs: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await world.schedule('', 100 + index * everyMs, of(application, `e-${index}`));
  }
}

test('nothing of a paused application begins 2 s after the answer; others go on', async () => {
  world.pollerOf(one);
  world.pollerOf(other);
  await scheduleMany('app', 300, 50);
  await scheduleMany('fine', 300, 50);
  await world.pass(3_000);
  await one.tenants.pause('app', 'why', world.signal);
  await world.pass(2_000);
  const before = made('app');
  await world.pass(5_000);
  assert.equal(made('app'), before);
  assert.ok(made('fine') >= 195, `${made('fine')}`);
});

test('what came due meanwhile is fired after the resume, once, and soon', async () => {
  const pollers = [world.pollerOf(one), world.pollerOf(other)];
  await scheduleMany('app', 100, 40);
  await one.tenants.pause('app', '', world.signal);
  await world.pass(8_000);
  assert.equal(made('app'), 0);
  assert.ok(pollers.some((poller) => poller.stats().paused > 0));
  await other.tenants.resume('app', world.signal);
  await world.pass(1_700);
  assert.equal(made('app'), 100);
  assert.equal(new Set(world.dispatcher.made.map(({ call }) => call.key.eventId)).size, 100);
});

test('a pause of minutes: what is late then is caught up', async () => {
  const poller = world.pollerOf(one);
  await scheduleMany('app', 100, 1_000);
  await one.tenants.pause('app', '', world.signal);
  await world.pass(120_000, 20);
  await one.tenants.resume('app', world.signal);
  await world.pass(2_000, 2);
  assert.equal(poller.stats().completed, 100);
});

test('a pause that is seen after the claim is kept: the call is given back', async () => {
  const poller = world.pollerOf(one);
  let hold: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    hold = resolve;
  });
  const change = world.storage.change.bind(world.storage);
  world.storage.change = async (step, signal) => {
    const outcome = await change(step, signal);
    if (step.to.state.status === 'PROCESSING') await held;
    return outcome;
  };
  await world.schedule('', 100, of('app', 'a'));
  await world.pass(200);
  assert.equal(world.entry('a').state.status, 'PROCESSING');
  await one.tenants.pause('app', '', world.signal);
  hold();
  await world.pass(500);
  assert.equal(made('app'), 0);
  assert.equal(world.status('a'), 'PENDING');
  assert.equal(poller.stats().withdrawn, 1);
  await one.tenants.resume('app', world.signal);
  await world.pass(1_500);
  assert.equal(world.status('a'), 'COMPLETED');
});

test('nothing at all begins while policies are not confirmed', async () => {
  world.pollerOf(one);
  await scheduleMany('app', 100, 100);
  await world.pass(2_000);
  one.documents.off = true;
  await world.pass(2_600);
  const before = made('app');
  await world.pass(3_000);
  assert.equal(made('app'), before);
  one.documents.off = false;
  await world.pass(5_000);
  assert.equal(made('app'), 100);
});

test('tasks of a paused application are done', async () => {
  world.pollerOf(one);
  await one.tenants.set('app', { priority: 'normal', ratePerSecond: 0.001 }, world.signal);
  await one.tenants.pause('app', '', world.signal);
  const event = await world.schedule('a', 100, of('app', 'a'));
  const target = { kind: 'task', task: 'schedule' } as const;
  const key = taskKey({ task: 'schedule', application: 'app', id: 's' });
  for (let index = 0; index < 5; index += 1) {
    const eventId = `${key.eventId}${index}`;
    const plan = { ...event.plan, target };
    const generation = world.newUuid();
    world.storage.put({ ...event, key: { ...key, eventId }, generation, plan });
  }
  await world.pass(1_000);
  assert.equal(made(key.application), 5);
  assert.equal(made('app'), 0);
});

test('a pause costs no busy loop, and holds no more than its part', async () => {
  const poller = world.pollerOf(one, { heldMax: 100 });
  await one.tenants.pause('app', '', world.signal);
  await scheduleMany('app', 1_000, 1);
  await scheduleMany('fine', 200, 10);
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 5));
  await world.pass(3_000);
  assert.equal(made('fine'), 200);
  assert.ok(Math.max(...world.lateness) <= 10, `${Math.max(...world.lateness)} ms late`);
  assert.ok(poller.stats().paused <= 200, `${poller.stats().paused} were looked at`);
});
