import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World } from './world.js';

test('a clock that is set ahead gives up no notice whose entry is still being written', async () => {
  const world = new World();
  world.started();
  const event = await world.schedule('a', 100);
  const entries = [...world.storage.entries];
  world.storage.entries.clear();
  world.time.jumpWallTo(world.nowMs + 30_000);
  await world.pass(1_000);
  assert.equal(world.dispatcher.made.length, 0);
  for (const [key, entry] of entries) world.storage.entries.set(key, entry);
  await world.pass(2_000);
  assert.equal(world.status('a'), 'COMPLETED');
  assert.equal(world.dispatcher.callsOf(event.key.eventId).length, 1);
  await world.end();
});
