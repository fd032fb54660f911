import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { answer } from '../fake-dispatcher.js';
import { at } from '../world.js';
import { FailureWorld } from './failure-world.js';

const GONE = 'http://gone.test:80';

let world: FailureWorld;
beforeEach(() => {
  world = new FailureWorld();
  world.dispatcher.receivers.set('gone.test', async () => answer(410));
});
afterEach(() => world.end());

const failed = (eventId: string) => () => world.status(eventId) === 'FAILED';

test('a 410 disables: nothing more is called there, until it is enabled and replayed', async () => {
  world.process();
  await world.schedule('first', 0, at('gone.test'));
  await world.until('it failed', failed('first'));
  assert.equal(world.fakePolicies.destination('app', GONE).disabled?.eventId, 'first');

  await world.schedule('second', 0, at('gone.test'));
  await world.schedule('elsewhere', 0, at('alive.test'));
  await world.schedule('other', 0, {
    ...at('gone.test'),
    key: { application: 'other', eventId: 'other' },
  });
  await world.until('it failed', failed('second'));
  await world.pass(100);
  assert.equal(world.dispatcher.callsOf('second').length, 0);
  const { state, attempts } = world.entry('second');
  assert.ok(state.status === 'FAILED' && /disabled .* 410/.test(state.reason));
  assert.equal(attempts.length, 0);
  assert.equal(world.status('elsewhere'), 'COMPLETED', 'another destination');
  assert.equal(world.dispatcher.callsOf('other').length, 1, 'another application');

  world.fakePolicies.destinations.clear();
  world.dispatcher.receivers.clear();
  const key = { application: 'app', eventId: 'second' };
  assert.equal(await world.sweeps.retryNow(key, world.signal), 'started');
  await world.until('it completed', () => world.status('second') === 'COMPLETED');
});

test('the destination is disabled before the entry has failed', async () => {
  world.process();
  let disabledBefore: boolean | undefined;
  world.storage.fault = ({ to }) => {
    if (to.state.status === 'FAILED' && to.key.eventId === 'a') {
      disabledBefore ??= world.fakePolicies.destination('app', GONE).disabled !== undefined;
    }
    return undefined;
  };
  await world.schedule('a', 0, at('gone.test'));
  await world.until('it failed', failed('a'));
  assert.equal(disabledBefore, true);
});

test('disabling is tried again; when it cannot be stored the entry fails all the same', async () => {
  world.process();
  world.fakePolicies.failures = 2;
  await world.schedule('a', 0, at('gone.test'));
  await world.until('it failed', failed('a'));
  assert.ok(world.fakePolicies.destination('app', GONE).disabled);

  world.fakePolicies.destinations.clear();
  world.fakePolicies.failures = 3;
  await world.schedule('b', 0, at('gone.test'));
  await world.until('it failed', failed('b'));
  assert.equal(world.fakePolicies.destination('app', GONE).disabled, undefined);
  await world.schedule('c', 0, at('gone.test'));
  await world.until('it failed', failed('c'));
  assert.ok(world.fakePolicies.destination('app', GONE).disabled, 'the next 410 does it');
});

test('a process that dies after disabling: the entry is not called again, and fails', async () => {
  world.process();
  world.storage.fault = ({ to }) => {
    const isReport = to.key.eventId === 'a' && to.attempts.length === 1;
    return isReport ? 'unavailable' : undefined;
  };
  await world.schedule('a', 0, at('gone.test'));
  await world.pass(1_000, 5);
  const [first] = world.storage.pollers;
  assert.ok(first !== undefined);
  world.storage.fault = () => undefined;
  world.storage.kill(first);
  world.process();
  await world.until('it failed', failed('a'));
  assert.equal(world.dispatcher.callsOf('a').length, 1);
});

test('other answers disable nothing', async () => {
  world.process();
  for (const code of [404, 400, 301, 200, 500]) {
    world.dispatcher.receivers.set('gone.test', async () => answer(code));
    await world.schedule(`${code}`, 0, { ...at('gone.test'), retry: { attemptsMax: 1 } });
    await world.pass(100);
    assert.equal(world.entry(`${code}`).attempts.length, 1);
  }
  assert.equal(world.fakePolicies.destinations.size, 0);
});
