import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { replayed, type TimedEvent } from '../../../src/core/index.js';
import { answer, ok } from '../fake-dispatcher.js';
import { FailureWorld } from './failure-world.js';

const RECEIVER = 'receiver.test:1';
/** Longer than an entry may follow its notice. */
const LONG_MS = 20_000;

let world: FailureWorld;
beforeEach(async () => {
  world = new FailureWorld();
  world.process();
  world.dispatcher.receivers.set(RECEIVER, async () => answer(404));
  await world.schedule('a', 100);
  await world.until('it failed', () => world.status('a') === 'FAILED');
});
afterEach(() => world.end());

/** Its notice is there, as on a storage that writes the notice first; the replay is to follow. */
function announceReplay(): TimedEvent {
  const moment = { nowMs: world.nowMs, change: world.newUuid() };
  const event = replayed(world.entry('a'), moment);
  assert.ok(event?.state.status === 'PENDING');
  world.dispatcher.receivers.set(RECEIVER, ok);
  world.storage.notice(event, event.state.nextMs);
  return event;
}

const noticesOf = (id: string): number => {
  return [...world.storage.notices].filter(({ entry }) => entry.key.eventId === id).length;
};

test('a poller that looks between the notice of a replay and the replay comes again', async () => {
  const event = announceReplay();
  await world.pass(3_000, 10);
  assert.equal(world.status('a'), 'FAILED');
  world.storage.entries.set('app\na', event);
  await world.until('it completed', () => world.status('a') === 'COMPLETED', 5_000);
});

test('a replay that never follows its notice is not waited for for ever', async () => {
  announceReplay();
  await world.pass(LONG_MS, 50);
  assert.equal(noticesOf('a'), 0);
  assert.equal(world.dispatcher.callsOf('a').length, 1);
});
