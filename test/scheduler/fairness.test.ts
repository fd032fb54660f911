import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { answer, hang, ok, receiverName, slow } from './fake-dispatcher.js';
import { at, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const NO_RETRY = { retry: { attemptsMax: 1 } };
const count = (host: string): number =>
  world.dispatcher.made.filter(({ call }) => receiverName(call) === host).length;

test('a destination that hangs delays no other, not even on the same host', async () => {
  world.started();
  world.dispatcher.receivers.set('one.test:1', hang);
  for (let index = 0; index < 500; index += 1) {
    await world.schedule(`hang-${index}`, 100 + (index % 10), at('one.test:1'));
  }
  const due = [];
  for (let index = 0; index < 50; index += 1) {
    due.push(await world.schedule(`fine-${index}`, 120 + index * 20, at('one.test:2')));
  }
  await world.pass(1_200);
  for (const { key, plan } of due) {
    assert.deepEqual(
      world.dispatcher.callsOf(key.eventId).map(({ atMs }) => atMs),
      [plan.dueMs],
    );
  }
  assert.equal(count('one.test:1'), 64);
});

test('many destinations that hang leave room for the next one', async () => {
  world.started();
  for (let host = 0; host < 60; host += 1) {
    world.dispatcher.receivers.set(`h${host}.test:1`, hang);
    for (let index = 0; index < 40; index += 1) {
      const key = { application: `app-${host % 6}`, eventId: `h-${host}-${index}` };
      await world.schedule('', 100, { ...at(`h${host}.test:1`), key });
    }
  }
  const { plan } = await world.schedule('fine', 500, {
    ...at('fine.test:1'),
    key: { application: 'app-1', eventId: 'fine' },
  });
  await world.pass(600);
  assert.ok(world.dispatcher.mostUnderWay <= 1_024);
  assert.deepEqual(
    world.dispatcher.callsOf('fine').map(({ atMs }) => atMs),
    [plan.dueMs],
  );
});

test('the cap of a destination holds, and all fire in the end', async () => {
  world.started();
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 10));
  for (let index = 0; index < 1_000; index += 1) await world.schedule(`e-${index}`, 100);
  await world.pass(400);
  assert.equal(world.dispatcher.mostUnderWay, 64);
  assert.equal(world.dispatcher.made.length, 1_000);
});

test('10,000 due in one second all fire, once and not early', async () => {
  const poller = world.started({ gate: { perDestination: 64, perApplication: 256, total: 1_024 } });
  for (let index = 0; index < 10_000; index += 1) {
    await world.schedule(`e-${index}`, 500 + (index % 1_000), at(`h${index % 7}.test:1`));
  }
  await world.pass(1_600);
  assert.equal(poller.stats().completed, 10_000);
  assert.equal(world.dispatcher.made.length, 10_000);
  assert.equal(new Set(world.dispatcher.made.map(({ call }) => call.key.eventId)).size, 10_000);
  assert.equal(world.lateness.length, 10_000);
  assert.ok(world.lateness.every((ms) => ms >= 0));
  assert.ok(Math.max(...world.lateness) <= 10, `${Math.max(...world.lateness)} ms late`);
});

test('a dead destination is probed once a second, and used again when it lives', async () => {
  world.started();
  world.dispatcher.receivers.set('dead.test:1', async () => answer(503));
  for (let index = 0; index < 200; index += 1) {
    await world.schedule(`e-${index}`, 100 + index, { ...at('dead.test:1'), ...NO_RETRY });
  }
  await world.pass(400);
  assert.equal(count('dead.test:1'), 20, 'opens after 20 failures in a row');
  await world.pass(10_000, 5);
  const probes = count('dead.test:1') - 20;
  assert.ok(probes >= 7 && probes <= 11, `${probes} probes in 10 s`);
  world.dispatcher.receivers.set('dead.test:1', ok);
  await world.pass(35_000, 10);
  assert.equal(count('dead.test:1'), 200);
});

test('a single entry of a dead destination gets its probes too', async () => {
  world.started();
  world.dispatcher.receivers.set('dead.test:1', async () => answer(503));
  for (let index = 0; index < 20; index += 1) {
    await world.schedule(`e-${index}`, 100, { ...at('dead.test:1'), ...NO_RETRY });
  }
  await world.pass(200);
  world.dispatcher.receivers.set('dead.test:1', ok);
  await world.schedule('single', 0, at('dead.test:1'));
  await world.pass(1_100);
  assert.equal(world.status('single'), 'COMPLETED');
});

test('a backlog is caught up at its rate, oldest first, and what is on time is not delayed', async () => {
  const poller = world.poller({ catchUpPerSecond: 500 });
  for (let index = 0; index < 4_000; index += 1) {
    // scheduled in an order that is not that of the due times
    await world.schedule(`late-${index}`, 10 + ((index * 7) % 4_000));
  }
  await world.pass(600_000, 10_000);
  poller.start();
  await world.pass(100);
  const { plan } = await world.schedule('on-time', 2_000);
  await world.pass(2_900, 2);
  const late = world.dispatcher.made.filter(({ call }) => call.key.eventId !== 'on-time');
  assert.ok(late.length >= 1_300 && late.length <= 1_600, `${late.length} late ones in 3 s`);
  assert.deepEqual(
    late.map(({ call }) => call.dueMs),
    late.map(({ call }) => call.dueMs).sort((left, right) => left - right),
  );
  const [onTime] = world.dispatcher.callsOf('on-time');
  assert.ok(onTime !== undefined && onTime.atMs - plan.dueMs <= 2);
  await world.pass(6_000, 5);
  assert.equal(poller.stats().completed, 4_001);
});

test('a line that is too long sends the rest back for a second', async () => {
  world.started({ heldMax: 100, gate: { perDestination: 2, perApplication: 4, total: 8 } });
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 5));
  for (let index = 0; index < 500; index += 1) await world.schedule(`e-${index}`, 100);
  await world.pass(15_000, 5);
  assert.equal(world.dispatcher.mostUnderWay, 2);
  assert.equal(world.dispatcher.made.length, 500);
  assert.equal(world.storage.notices.size, 0);
});
