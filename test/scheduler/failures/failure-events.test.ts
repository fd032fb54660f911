import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { taskKey, type TimedEvent } from '../../../src/core/index.js';
import type { TimedEvents } from '../../../src/storage/index.js';
import { overriding } from '../../support/overriding.js';
import { answer, hang } from '../fake-dispatcher.js';
import { FailureWorld, FAILURES } from './failure-world.js';

const RECEIVER = 'receiver.test:1';
const KEY = { application: 'app', eventId: 'a' };

let world: FailureWorld;
beforeEach(() => {
  world = new FailureWorld();
  world.dispatcher.receivers.set(RECEIVER, async () => answer(404));
});
afterEach(() => world.end());

const appended = (count: number) => () => world.streams.events.size === count;
const status = (wanted: string) => () => world.status('a') === wanted;

describe('an entry that fails for good', () => {
  test('is told in its stream: what failed, when, why and whereto', async () => {
    world.process();
    const { generation, plan } = await world.schedule('a', 100);
    await world.until('an event', appended(1), 2_000);
    const { state } = world.entry('a');
    assert.ok(state.status === 'FAILED');
    assert.deepEqual(world.streams.contents(), [
      {
        application: 'app',
        eventId: 'a',
        generation,
        dueMs: plan.dueMs,
        failedMs: state.finishedMs,
        reason: 'the receiver answered 404',
        attempts: 1,
        lastHttpStatus: 404,
        target: { url: 'http://receiver.test:1/' },
      },
    ]);
    const [call] = world.streams.events.values();
    assert.equal(call?.target.stream, FAILURES.stream);
    assert.equal(call.target.type, FAILURES.type);
    assert.notEqual(call.generation, generation);
  });

  const ways: readonly [string, () => Promise<TimedEvent>][] = [
    ['its last attempt', () => failing(500, { attemptsMax: 2, firstDelayMs: 10 })],
    [
      'no answer',
      async () => {
        world.dispatcher.receivers.set(RECEIVER, async () => ({ kind: 'failed', error: 'reset' }));
        return world.schedule('a', 0, { retry: { attemptsMax: 1 } });
      },
    ],
    [
      'a refused address',
      async () => {
        world.dispatcher.receivers.set(RECEIVER, async () => ({
          kind: 'refused',
          reason: 'private',
        }));
        return world.schedule('a', 0);
      },
    ],
    ['age', () => world.schedule('a', -10_000, { retry: { maxAgeMs: 5_000 } })],
    [
      'lateness',
      () => world.schedule('a', -10_000, { lateness: { maxMs: 5, action: 'dead-letter' } }),
    ],
    [
      'a disabled destination',
      async () => {
        await world.fakePolicies.disable('app', 'http://receiver.test:1', 'z');
        return world.schedule('a', 0);
      },
    ],
  ];
  for (const [name, begin] of ways) {
    test(`by ${name}: one event`, async () => {
      world.process();
      await begin();
      await world.until('an event', appended(1), 5_000);
      await world.pass(3_000, 20);
      assert.equal(world.status('a'), 'FAILED');
      assert.equal(world.streams.calls, 1);
    });
  }

  test('by attempts that are lost: one event', async () => {
    const event = await world.schedule('a', 0);
    const claim = { poller: world.newUuid(), epoch: 1, claimedMs: world.nowMs };
    const state = { status: 'PROCESSING', nextMs: event.plan.dueMs, claim } as const;
    const attempt = { startedMs: 0, durationMs: 1, claim, outcome: { kind: 'lost' } } as const;
    const attempts = Array.from({ length: 9 }, (_, index) => ({ number: index + 1, ...attempt }));
    world.storage.put({ ...event, change: world.newUuid(), state, attempts });
    world.storage.kill(claim.poller);
    world.process();
    await world.until('an event', appended(1), 5_000);
    assert.equal(world.status('a'), 'FAILED');
  });

  test('again after a replay: another event, also without an attempt', async () => {
    world.process();
    await world.schedule('a', 0);
    await world.until('an event', appended(1));
    await world.sweeps.retryNow(KEY, world.signal);
    await world.until('a second', appended(2));
    await world.fakePolicies.disable('app', 'http://receiver.test:1', 'z');
    await world.sweeps.retryNow(KEY, world.signal);
    await world.until('a third', appended(3));
    assert.equal(world.entry('a').attempts.length, 2);
  });

  test('and is replayed before it is told: told all the same', async () => {
    world.process();
    await world.schedule('a', 0);
    await world.until('it failed', status('FAILED'), 150);
    assert.equal(world.streams.calls, 0);
    world.dispatcher.receivers.set(RECEIVER, async () => answer(200));
    await world.sweeps.retryNow(KEY, world.signal);
    await world.until('an event', appended(1));
    assert.equal(world.status('a'), 'COMPLETED');
  });
});

describe('nothing is told', () => {
  test('of an application that does not want it', async () => {
    world.fakePolicies.applications.clear();
    world.process();
    await world.schedule('a', 0);
    await world.until('it failed', status('FAILED'));
    await world.pass(2_000, 20);
    assert.equal(world.streams.calls, 0);
    assert.equal(world.storage.entries.size, 1, 'no task either');
  });

  test('of what completes, is skipped or is cancelled', async () => {
    world.process();
    world.dispatcher.receivers.set(RECEIVER, async () => answer(200));
    await world.schedule('a', 0);
    await world.schedule('late', -1_000, { lateness: { maxMs: 5, action: 'skip' } });
    await world.until('it completed', status('COMPLETED'));
    world.dispatcher.receivers.set(RECEIVER, hang);
    await world.schedule('b', 0);
    await world.pass(50);
    await world.scheduler.cancel({ application: 'app', eventId: 'b' }, world.signal);
    await world.pass(20_000, 20);
    assert.equal(world.status('late'), 'SKIPPED');
    assert.equal(world.status('b'), 'CANCELLED');
    assert.equal(world.streams.calls, 0);
  });

  test('when the entry was cancelled before its failure was stored', async () => {
    world.process();
    await world.schedule('a', 0);
    world.storage.fault = ({ to }) => {
      if (to.state.status !== 'FAILED') return undefined;
      world.storage.fault = () => undefined;
      const entry = world.entry('a');
      const state = { status: 'CANCELLED', finishedMs: world.nowMs } as const;
      world.storage.put({ ...entry, change: world.newUuid(), state });
      return undefined;
    };
    await world.until('it is cancelled', status('CANCELLED'));
    await world.pass(3_000, 20);
    assert.equal(world.streams.calls, 0);
    assert.equal(taskStatus(), 'COMPLETED');
  });
});

describe('what goes wrong', () => {
  test('without storage for the task the entry is not stored as failed', async () => {
    world.process();
    await world.schedule('a', 0);
    let refusals = 0;
    world.storage.fault = ({ to }) => {
      if (to.plan.target.kind !== 'task' || refusals === 5) return undefined;
      refusals += 1;
      assert.notEqual(world.status('a'), 'FAILED');
      return 'unavailable';
    };
    await world.until('an event', appended(1));
    assert.equal(refusals, 5);
    assert.equal(world.dispatcher.made.length, 1, 'the call is not repeated');
  });

  test('the append is tried again, for hours if need be, and stands there once', async () => {
    world.process();
    await world.schedule('a', 0);
    const down = async () => answer(503);
    world.streams.instead.push(...Array.from({ length: 20 }, () => down));
    for (let minutes = 0; minutes < 90 && world.streams.events.size === 0; minutes += 1) {
      await world.pass(60_000, 500);
    }
    assert.equal(world.streams.events.size, 1);
    assert.equal(world.streams.calls, 21);
  });

  test('what the event store refuses is given up', async () => {
    world.process();
    await world.schedule('a', 0);
    world.streams.instead.push(async () => answer(400));
    await world.until('it was tried', () => world.streams.calls === 1);
    await world.pass(3_000, 20);
    assert.equal(world.streams.calls, 1);
    assert.equal(taskStatus(), 'COMPLETED');
  });

  test('a failure whose write takes long is told once it is there', async () => {
    const { storage, time } = world;
    const change: TimedEvents['change'] = async (step, signal) => {
      if (step.to.state.status === 'FAILED') await time.sleep(5_000);
      return storage.change(step, signal);
    };
    world.process(overriding(storage, { change }));
    await world.schedule('a', 0);
    await world.pass(4_900, 20);
    assert.equal(world.streams.calls, 0);
    await world.until('an event', appended(1), 10_000);
  });

  test('a failure that is stored an hour late is told then', async () => {
    world.process();
    world.fakePolicies.destinations.set('app http://receiver.test:1', {
      disabled: { sinceMs: 0, eventId: 'z' },
    });
    world.storage.fault = ({ to }) => (to.state.status === 'FAILED' ? 'unavailable' : undefined);
    await world.schedule('a', 0);
    await world.pass(3_600_000, 500);
    assert.equal(world.streams.calls, 0);
    world.storage.fault = () => undefined;
    await world.until('an event', appended(1), 5_000);
  });
});

test('the end of users’ entries is told to others, each way once or more', async () => {
  world.process();
  await world.schedule('a', 0);
  await world.schedule('late', -1_000, { lateness: { maxMs: 5, action: 'skip' } });
  await world.schedule('removed', 500);
  await world.scheduler.remove({ application: 'app', eventId: 'removed' }, world.signal);
  await world.pass(2_000, 10);
  const told = world.finished.map(({ key, state }) => `${key.eventId} ${state.status}`);
  assert.deepEqual(told.sort(), ['a FAILED', 'late SKIPPED', 'removed DELETED']);
});

function failing(code: number, retry: object): Promise<TimedEvent> {
  world.dispatcher.receivers.set(RECEIVER, async () => answer(code));
  return world.schedule('a', 0, { retry });
}

function taskStatus(): string | undefined {
  const { application } = taskKey({ task: 'failure', application: 'app', id: '' });
  const tasks = [...world.storage.entries.values()].filter((event) => {
    return event.key.application === application;
  });
  assert.ok(tasks.length <= 1);
  return tasks[0]?.state.status;
}
