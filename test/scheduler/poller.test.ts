import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { answer, hang, slow } from './fake-dispatcher.js';
import { FAST_RETRY, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

describe('time', () => {
  test('fires at the due time, to the millisecond, with what was scheduled', async () => {
    world.started();
    const { generation, plan } = await world.schedule('a', 1_234);
    await world.pass(1_233);
    assert.equal(world.dispatcher.made.length, 0);
    await world.pass(1);
    const [made] = world.dispatcher.made;
    assert.equal(made?.atMs, plan.dueMs);
    assert.deepEqual(made?.call, {
      key: { application: 'app', eventId: 'a' },
      generation,
      attempt: 1,
      dueMs: plan.dueMs,
      target: plan.target,
      payload: plan.payload,
      timeoutMs: 15_000,
    });
    assert.equal(world.status('a'), 'COMPLETED');
    assert.equal(world.storage.notices.size, 0);
    assert.deepEqual(world.lateness, [0]);
  });

  test('a claim ahead of time still fires on time', async () => {
    world.started({ claimAheadMs: 40 });
    const { plan } = await world.schedule('a', 500);
    await world.pass(470);
    assert.equal(world.status('a'), 'PROCESSING');
    await world.pass(29);
    assert.equal(world.dispatcher.made.length, 0);
    await world.pass(1);
    assert.equal(world.dispatcher.made[0]?.atMs, plan.dueMs);
  });

  test('a due time in the past, and one of this moment, fire at once', async () => {
    world.started();
    await world.pass(300);
    await world.schedule('past', -5_000);
    await world.schedule('long-past', -3_600_000);
    await world.schedule('now', 0);
    await world.pass(30);
    assert.equal(world.dispatcher.made.length, 3);
  });

  test('runOnce takes, begins and says when it wants to run again', async () => {
    const poller = world.poller();
    await world.schedule('a', 100);
    const nextMs = await poller.runOnce(world.nowMs);
    assert.equal(nextMs, world.nowMs + 100);
    await world.pass(100);
    assert.equal(await poller.runOnce(world.nowMs), world.nowMs + 500);
    await world.settle();
    assert.equal(world.status('a'), 'COMPLETED');
  });

  test('a wall clock set back makes it wait, not fire early', async () => {
    world.started({ claimAheadMs: 40 });
    const { plan } = await world.schedule('a', 500);
    await world.pass(470);
    assert.equal(world.status('a'), 'PROCESSING');
    world.time.jumpWallTo(world.nowMs - 60_000);
    await world.pass(600);
    assert.equal(world.status('a'), 'PENDING', 'the claim was given back');
    await world.pass(61_000, 10);
    const [made, ...more] = world.dispatcher.made;
    assert.equal(more.length, 0);
    assert.ok(made !== undefined && made.atMs >= plan.dueMs && made.atMs <= plan.dueMs + 10);
  });

  test('a wall clock set back between claim and call withdraws the call', async () => {
    const poller = world.started();
    const { plan } = await world.schedule('a', 100);
    world.dispatcher.beforeBegin = () => {
      world.dispatcher.beforeBegin = () => undefined;
      world.time.jumpWallTo(plan.dueMs - 50);
    };
    await world.pass(100);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(poller.stats().withdrawn, 1);
    await world.pass(200);
    assert.deepEqual(
      world.dispatcher.made.map(({ atMs }) => atMs >= plan.dueMs),
      [true],
    );
    assert.equal(world.entry('a').attempts.length, 1);
  });

  test('a wall clock set forward fires what has come due', async () => {
    world.started();
    await world.schedule('a', 3_600_000);
    await world.pass(100);
    world.time.jumpWallTo(world.nowMs + 3_600_000);
    await world.pass(510);
    assert.equal(world.status('a'), 'COMPLETED');
  });

  test('nothing fires while it is not ready, all of it afterwards', async () => {
    world.started();
    await world.schedule('a', 100);
    world.ready = false;
    await world.pass(5_000, 10);
    assert.equal(world.dispatcher.made.length, 0);
    world.ready = true;
    await world.pass(1_000);
    assert.equal(world.status('a'), 'COMPLETED');
  });
});

describe('retries', () => {
  test('wait longer each time, then the entry has failed', async () => {
    world.started();
    world.dispatcher.receivers.set('receiver.test:1', async () => answer(503));
    const { plan } = await world.schedule('a', 10, { retry: FAST_RETRY });
    await world.pass(2_000);
    const at = world.dispatcher.made.map(({ atMs }) => atMs - plan.dueMs);
    assert.deepEqual(at, [0, 100, 300, 700, 1_500]);
    assert.deepEqual(
      world.dispatcher.made.map(({ call }) => call.attempt),
      [1, 2, 3, 4, 5],
    );
    assert.equal(world.status('a'), 'FAILED');
    assert.equal(world.storage.notices.size, 0);
  });

  test('honour Retry-After', async () => {
    const poller = world.started();
    let first = true;
    world.dispatcher.receivers.set('receiver.test:1', async () => {
      const result = first ? answer(429, 2_000) : answer(204);
      first = false;
      return result;
    });
    const { plan } = await world.schedule('a', 10, { retry: FAST_RETRY });
    await world.pass(2_100);
    assert.deepEqual(
      world.dispatcher.made.map(({ atMs }) => atMs - plan.dueMs),
      [0, 2_000],
    );
    const { retried, completed, fired } = poller.stats();
    assert.deepEqual({ retried, completed, fired }, { retried: 1, completed: 1, fired: 2 });
  });

  test('a final answer, and a refusal, end it at once', async () => {
    world.started();
    world.dispatcher.receivers.set('receiver.test:1', async () => answer(404));
    world.dispatcher.receivers.set('private.test:1', async () => {
      return { kind: 'refused', reason: 'a private address' };
    });
    await world.schedule('a', 10);
    const target = { kind: 'http', url: 'http://private.test:1/', method: 'POST', headers: [] };
    await world.schedule('b', 10, { target: { ...target, kind: 'http', method: 'POST' } });
    await world.pass(2_000, 10);
    assert.equal(world.status('a'), 'FAILED');
    assert.equal(world.status('b'), 'FAILED');
    assert.equal(world.dispatcher.made.length, 2);
  });

  test('what is older than its maximum age fails without a call', async () => {
    const poller = world.poller();
    await world.schedule('a', 10, { retry: { maxAgeMs: 1_000 } });
    await world.pass(5_000, 100);
    poller.start();
    await world.pass(50);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(world.status('a'), 'FAILED');
    assert.equal(poller.stats().failed, 1);
  });
});

describe('stopped by the user', () => {
  test('between take and claim: no call', async () => {
    world.started();
    await world.schedule('a', 500);
    await world.pass(100);
    const { key } = world.entry('a');
    assert.equal(await world.scheduler.cancel(key, world.signal), 'done');
    await world.pass(1_000);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(world.storage.notices.size, 0);
  });

  test('at the very claim: no call', async () => {
    world.started();
    await world.schedule('a', 500);
    await world.pass(100);
    world.storage.before = ({ from }) => {
      assert.ok(from !== undefined);
      const state = { status: 'DELETED', finishedMs: world.nowMs } as const;
      world.storage.put({ ...from, change: world.newUuid(), state });
    };
    await world.pass(1_000);
    assert.equal(world.dispatcher.made.length, 0);
    assert.equal(world.status('a'), 'DELETED');
  });

  test('in flight: this attempt arrives, no further one', async () => {
    const poller = world.started();
    world.dispatcher.receivers.set('receiver.test:1', slow(503, 300));
    await world.schedule('a', 10, { retry: FAST_RETRY });
    await world.pass(100);
    const { key } = world.entry('a');
    assert.equal(await world.scheduler.cancel(key, world.signal), 'in-flight');
    await world.pass(5_000, 10);
    assert.equal(world.dispatcher.made.length, 1);
    assert.equal(world.status('a'), 'CANCELLED');
    assert.equal(poller.stats().overtaken, 1);
    assert.equal(world.storage.notices.size, 0);
  });

  test('moved in flight: the next generation fires at the new time', async () => {
    world.started();
    world.dispatcher.receivers.set('receiver.test:1', slow(503, 300));
    const { generation } = await world.schedule('a', 10, { retry: FAST_RETRY });
    await world.pass(100);
    const { key } = world.entry('a');
    const dueMs = world.nowMs + 2_000;
    assert.equal(await world.scheduler.reschedule(key, dueMs, world.signal), 'in-flight');
    await world.pass(2_100);
    const [, second, ...more] = world.dispatcher.made;
    assert.equal(second?.atMs, dueMs);
    assert.notEqual(second?.call.generation, generation);
    assert.equal(second?.call.attempt, 1);
    assert.equal(more.length, 0);
  });

  test('moved before: fires once, at the new time', async () => {
    world.started();
    await world.schedule('a', 500);
    await world.pass(100);
    const { key } = world.entry('a');
    const dueMs = world.nowMs + 2_000;
    assert.equal(await world.scheduler.reschedule(key, dueMs, world.signal), 'done');
    await world.pass(20_000, 5);
    assert.deepEqual(
      world.dispatcher.made.map(({ atMs }) => atMs),
      [dueMs],
    );
    assert.equal(world.storage.notices.size, 0, 'the old notice is settled in the end');
  });
});

test('stopping lets calls under way end, begins no other, and hands the rest over', async () => {
  const poller = world.started();
  world.dispatcher.receivers.set('receiver.test:1', slow(200, 3_000));
  await world.schedule('a', 10);
  await world.schedule('b', 600);
  await world.pass(100);
  const stopping = poller.stop();
  await world.pass(3_000, 10);
  await stopping;
  assert.equal(world.status('a'), 'COMPLETED');
  assert.equal(world.status('b'), 'PENDING');
  world.started();
  await world.pass(3_100, 10);
  assert.equal(world.status('b'), 'COMPLETED');
  assert.equal(world.dispatcher.made.length, 2);
});

test('a call that outlives the grace is repeated by another poller', async () => {
  const poller = world.started({ stopGraceMs: 1_000 });
  world.dispatcher.receivers.set('receiver.test:1', hang);
  await world.schedule('a', 10);
  await world.pass(100);
  const stopping = poller.stop();
  await world.pass(1_000, 10);
  await stopping;
  world.dispatcher.receivers.clear();
  world.started();
  await world.pass(1_000, 10);
  assert.equal(world.status('a'), 'COMPLETED');
  assert.deepEqual(
    world.entry('a').attempts.map(({ outcome }) => outcome.kind),
    ['lost', 'answered'],
  );
  await world.pass(20_000, 100);
  assert.equal(world.entry('a').attempts.length, 2, 'the late result changes nothing');
});
