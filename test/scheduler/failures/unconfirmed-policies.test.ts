import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slow } from '../fake-dispatcher.js';
import { FailureWorld } from './failure-world.js';

test('a failure waits for confirmed policies: its event may be wanted by now', async () => {
  const world = new FailureWorld();
  const wanted = [...world.fakePolicies.applications];
  try {
    world.fakePolicies.applications.clear();
    world.process();
    world.dispatcher.receivers.set('receiver.test:1', slow(404, 500));
    await world.schedule('a', 100);
    await world.pass(300, 10);
    world.fakePolicies.fresh = false;
    await world.pass(5_000, 10);
    assert.equal(world.status('a'), 'PROCESSING');
    for (const [application, policy] of wanted) {
      world.fakePolicies.applications.set(application, policy);
    }
    world.fakePolicies.fresh = true;
    await world.until('an event', () => world.streams.events.size > 0);
    assert.equal(world.status('a'), 'FAILED');
    assert.equal(world.dispatcher.callsOf('a').length, 1);
  } finally {
    await world.end();
  }
});
