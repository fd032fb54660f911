import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { deleted, rescheduled, type Moment, type TimedEvent } from '../../src/core/index.js';
import type { TimedEventChange } from '../../src/storage/index.js';
import { answer, hang, slow } from './fake-dispatcher.js';
import type { Fault } from './fake-storage.js';
import { FAST_RETRY, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** A fault for the first changes to a status. */
function faultAt(status: string, fault: Fault, times = 1): void {
  let left = times;
  world.storage.fault = ({ to }: TimedEventChange) => {
    if (to.state.status !== status || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

/** Another server's change, of which this one hears nothing. */
function changeElsewhere(
  arrow: (event: TimedEvent, moment: Moment) => TimedEvent | undefined,
): void {
  const to = arrow(world.entry('a'), { nowMs: world.nowMs, change: world.newUuid() });
  assert.ok(to);
  world.storage.put(to);
}

describe('what this process remembers of an entry', () => {
  beforeEach(() => {
    world.storage.remembers = true;
  });

  test('is claimed without a read', async () => {
    world.started();
    await world.schedule('a', 100);
    world.storage.findFails = true;
    await world.pass(100);
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(world.status('a'), 'COMPLETED');
  });

  test('is out of date: what was cancelled elsewhere is not called', async () => {
    world.started();
    await world.schedule('a', 100);
    await world.pass(50);
    changeElsewhere(deleted);
    await world.pass(500);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(world.status('a'), 'DELETED');
  });

  test('is out of date: what was moved elsewhere fires at its new time only', async () => {
    world.started();
    await world.schedule('a', 100);
    const dueMs = world.nowMs + 300;
    changeElsewhere((event, moment) => rescheduled(event, dueMs, moment));
    await world.pass(500);
    assert.deepEqual(
      world.dispatcher.made.map(({ atMs }) => atMs),
      [dueMs],
    );
  });

  test('bug: a failure was announced of what had been moved elsewhere', async () => {
    const announced: string[] = [];
    const beforeFailed = ({ key }: TimedEvent): Promise<void> => {
      announced.push(key.eventId);
      return Promise.resolve();
    };
    world.hooks = { beforeFailed, afterFinished: () => undefined };
    world.started();
    const lateness = { maxMs: 0, action: 'dead-letter' } as const;
    const { plan } = await world.schedule('a', 100, { lateness });
    changeElsewhere((event, moment) => rescheduled(event, plan.dueMs + 60_000, moment));
    world.time.jumpWallTo(plan.dueMs + 1_000);
    await world.pass(500);
    assert.deepEqual(announced, []);
    assert.equal(world.status('a'), 'PENDING');
  });

  test('is claimed by the one whose claim comes first', async () => {
    world.started();
    world.started();
    await world.schedule('a', 100);
    const [notice] = world.storage.notices;
    assert.ok(notice);
    // both of them are told
    world.storage.notices.add({ ...notice });
    await world.pass(1_000);
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(world.entry('a').attempts.length, 1);
  });
});

describe('claims in doubt', () => {
  test('one that was stored is found again and given back, then it fires', async () => {
    const poller = world.started();
    await world.schedule('a', 100);
    faultAt('PROCESSING', 'lost');
    await world.pass(1_300);
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(poller.stats().withdrawn, 1);
    assert.equal(world.entry('a').attempts.length, 1);
  });

  test('one that was not stored is made again', async () => {
    world.started();
    await world.schedule('a', 100);
    faultAt('PROCESSING', 'doubtful');
    await world.pass(1_300);
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(world.dispatcher.made.length, 1);
  });

  test('without storage nothing fires; afterwards it does', async () => {
    world.started();
    await world.schedule('a', 100);
    faultAt('PROCESSING', 'unavailable', 5);
    await world.pass(2_000);
    assert.equal(world.dispatcher.made.length, 0);
    await world.pass(1_200);
    assert.equal(world.status('a'), 'COMPLETED');
  });

  test('reads that fail are repeated', async () => {
    world.started();
    await world.schedule('a', 100);
    world.storage.findFails = true;
    await world.pass(3_000);
    assert.equal(world.dispatcher.made.length, 0);
    world.storage.findFails = false;
    await world.pass(600);
    assert.equal(world.status('a'), 'COMPLETED');
  });
});

describe('reports in doubt', () => {
  test('are repeated until the storage takes them; the call is not', async () => {
    const poller = world.started();
    await world.schedule('a', 100);
    faultAt('COMPLETED', 'unavailable', 20);
    await world.pass(60_000, 20);
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(poller.stats().completed, 1);
  });

  test('one that was stored counts once, also when the entry has gone on since', async () => {
    const poller = world.started();
    world.dispatcher.receivers.set('receiver.test:1', async () => answer(500));
    await world.schedule('a', 100, { retry: { attemptsMax: 2, firstDelayMs: 10 } });
    let left = 1;
    world.storage.fault = ({ from, to }) => {
      if (from?.state.status !== 'PROCESSING' || to.state.status !== 'PENDING') return undefined;
      left -= 1;
      return left === 0 ? 'lost' : undefined;
    };
    await world.pass(2_000);
    assert.equal(world.status('a'), 'FAILED');
    assert.equal(world.dispatcher.made.length, 2);
    const { retried, failed } = poller.stats();
    assert.deepEqual({ retried, failed }, { retried: 1, failed: 1 });
  });

  test('given up after minutes, the attempt counts as lost and is repeated', async () => {
    const poller = world.started();
    await world.schedule('a', 100);
    faultAt('COMPLETED', 'unavailable', Number.POSITIVE_INFINITY);
    await world.pass(310_000, 100);
    assert.equal(poller.stats().lost, 1);
    world.storage.fault = () => undefined;
    await world.pass(3_000, 20);
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(world.dispatcher.made.length, 2);
  });
});

describe('other pollers', () => {
  test('an entry whose poller died in its attempt is fired again at once', async () => {
    world.started();
    world.dispatcher.receivers.set('receiver.test:1', hang);
    await world.schedule('a', 100);
    await world.pass(200);
    const [first] = world.storage.pollers;
    assert.ok(first !== undefined);
    const second = world.started();
    await world.pass(100);
    world.dispatcher.receivers.clear();
    world.storage.kill(first);
    await world.pass(50);
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(second.stats().lost, 1);
    assert.deepEqual(
      world.entry('a').attempts.map(({ outcome }) => outcome.kind),
      ['lost', 'answered'],
    );
  });

  test('what was taken and not yet begun goes to the others, once', async () => {
    world.started();
    await world.schedule('a', 800);
    await world.pass(100);
    const [first] = world.storage.pollers;
    assert.ok(first !== undefined);
    world.started();
    world.storage.kill(first);
    await world.pass(1_000);
    assert.equal(world.dispatcher.made.length, 1);
  });

  test('a lease lost between claim and call withdraws the call', async () => {
    const poller = world.started();
    await world.schedule('a', 100);
    world.dispatcher.beforeBegin = () => {
      for (const id of world.storage.pollers) world.storage.kill(id);
    };
    await world.pass(1_000);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(poller.stats().withdrawn, 1);
    assert.equal(world.status('a'), 'PENDING');
  });

  test('a claim of a living poller is left alone until it is over time', async () => {
    const event = await world.schedule('a', 100, { timeoutMs: 5_000 });
    const claim = { poller: world.newUuid(), epoch: 1, claimedMs: world.nowMs };
    const state = { status: 'PROCESSING', nextMs: event.plan.dueMs, claim } as const;
    world.storage.put({ ...event, change: world.newUuid(), state });
    world.started();
    await world.pass(15_000, 20);
    assert.equal(world.dispatcher.made.length, 0);
    await world.pass(1_000, 20);
    assert.equal(world.status('a'), 'COMPLETED');
  });
});

describe('notices', () => {
  test('one that comes before its entry is looked at again', async () => {
    world.started();
    const event = await world.schedule('a', 100);
    world.storage.entries.clear();
    await world.pass(8_000, 10);
    assert.equal(world.storage.notices.size, 1);
    world.storage.entries.set('app\na', event);
    await world.pass(1_100, 10);
    assert.equal(world.status('a'), 'COMPLETED');
  });

  test('one whose entry never came is dropped in the end', async () => {
    world.started();
    await world.schedule('a', 100);
    world.storage.entries.clear();
    await world.pass(17_000, 10);
    assert.equal(world.storage.notices.size, 0);
  });

  test('a second one for the same entry does not fire it twice', async () => {
    world.started();
    world.dispatcher.receivers.set('receiver.test:1', slow(200, 2_000));
    const event = await world.schedule('a', 100);
    world.storage.notice(event, event.plan.dueMs);
    await world.pass(5_000, 5);
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(world.storage.notices.size, 0);
  });
});

test('a receiver that breaks the dispatcher is a failed attempt, and nothing else suffers', async () => {
  const poller = world.started();
  world.dispatcher.receivers.set('receiver.test:1', () => Promise.reject(new Error('broken')));
  await world.schedule('a', 100, { retry: { ...FAST_RETRY, attemptsMax: 2 } });
  await world.pass(1_000);
  assert.equal(world.status('a'), 'FAILED');
  assert.equal(poller.stats().faults, 2);
});

test('a storage that throws where it must not costs a second, not the poller', async () => {
  const poller = world.started();
  await world.schedule('a', 100);
  world.storage.before = () => {
    throw new Error('broken');
  };
  await world.pass(1_300);
  assert.equal(world.status('a'), 'COMPLETED');
  assert.equal(poller.stats().faults, 1);
});
