import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import {
  AppError,
  ATTEMPTS_LOGGED_MAX,
  type TimedEvent,
  type TimedEventState,
} from '../../../src/core/index.js';
import { SweepWorld } from './sweep-world.js';

const KEY = { application: 'app', eventId: 'a' };

let world: SweepWorld;
let failed: TimedEvent;
beforeEach(() => {
  world = new SweepWorld();
  failed = world.failed('a');
  world.time.advance(1_000);
});

const codeIs = (code: string) => (error: unknown) => {
  return error instanceof AppError && error.code === code;
};
const retry = () => world.sweeps.retryNow(KEY, world.signal);
const purge = () => world.sweeps.purge(KEY, world.signal);

async function entry(): Promise<TimedEvent> {
  const event = await world.find('a');
  assert.ok(event);
  return event;
}

/** The entry as it would be in another state. */
function become(state: TimedEventState, base = failed): TimedEvent {
  const event = { ...base, change: world.moment().change, state };
  world.timedEvents.put(event);
  return event;
}

function states(): Record<TimedEventState['status'], TimedEventState> {
  const nowMs = world.time.nowMs();
  const claim = { poller: world.moment().change, epoch: 1, claimedMs: nowMs };
  const ended = { finishedMs: nowMs } as const;
  return {
    PENDING: { status: 'PENDING', nextMs: nowMs + 60_000 },
    PROCESSING: { status: 'PROCESSING', nextMs: nowMs, claim },
    COMPLETED: { status: 'COMPLETED', ...ended },
    FAILED: { status: 'FAILED', ...ended, reason: 'why' },
    CANCELLED: { status: 'CANCELLED', ...ended },
    SKIPPED: { status: 'SKIPPED', ...ended, reason: 'late' },
    DELETED: { status: 'DELETED', ...ended },
  };
}

describe('in every status', () => {
  const outcomes = {
    PENDING: ['started', false],
    PROCESSING: ['in-flight', false],
    COMPLETED: ['finished', false],
    FAILED: ['started', true],
    CANCELLED: ['finished', false],
    SKIPPED: ['finished', false],
    DELETED: ['NOT_FOUND', 'NOT_FOUND'],
  } as const;
  for (const status of Object.keys(outcomes).filter((name) => name in outcomes)) {
    test(`${status}: retry and purge`, async () => {
      const state = Object.entries(states()).find(([name]) => name === status)?.[1];
      const outcome = Object.entries(outcomes).find(([name]) => name === status)?.[1];
      assert.ok(state && outcome);
      const [retried, purged] = outcome;
      become(state);
      if (retried === 'NOT_FOUND') await assert.rejects(retry(), codeIs('NOT_FOUND'));
      else assert.equal(await retry(), retried);
      const { status: after } = (await entry()).state;
      assert.equal(after, retried === 'started' ? 'PENDING' : status);
      become(state);
      if (purged === 'NOT_FOUND') await assert.rejects(purge(), codeIs('NOT_FOUND'));
      else assert.equal(await purge(), purged);
      assert.equal((await entry()).state.status, purged === true ? 'DELETED' : status);
    });
  }

  test('absent, and names that no user has', async () => {
    const other = { application: 'app', eventId: 'b' };
    await assert.rejects(world.sweeps.retryNow(other, world.signal), codeIs('NOT_FOUND'));
    await assert.rejects(world.sweeps.purge(other, world.signal), codeIs('NOT_FOUND'));
    const task = { application: '\u0001', eventId: 'sweep\u0001s' };
    await assert.rejects(world.sweeps.purge(task, world.signal), codeIs('INVALID_ARGUMENT'));
  });
});

test('what waits for its time is due now', async () => {
  become(states().PENDING);
  await retry();
  const { state, plan } = await entry();
  assert.deepEqual(state, { status: 'PENDING', nextMs: world.time.nowMs() });
  assert.ok(plan.dueMs <= world.time.nowMs());
});

test('what is due already is left alone', async () => {
  become({ status: 'PENDING', nextMs: world.time.nowMs() - 5 });
  const { change } = await entry();
  assert.equal(await retry(), 'started');
  assert.equal((await entry()).change, change);
});

test('a replay in the very ms of the failure waits for the next one', async () => {
  become(states().FAILED);
  const { updatedMs } = become(states().FAILED, { ...failed, updatedMs: world.time.nowMs() });
  await retry();
  const { state } = await entry();
  assert.ok(state.status === 'PENDING' && state.nextMs === updatedMs + 1);
});

describe('races and doubt', () => {
  test('a doubtful replay that was stored and has gone on since is not made twice', async () => {
    for (const next of ['COMPLETED', 'FAILED', 'PENDING'] as const) {
      become(states().FAILED);
      world.timedEvents.before = ({ to }) => {
        become(states()[next], to);
      };
      assert.equal(await retry(), 'started', next);
      assert.equal((await entry()).state.status, next);
    }
  });

  test('a purge that was faster: there is nothing to retry; of two purges both are true', async () => {
    world.timedEvents.before = () => {
      become(states().DELETED);
    };
    await assert.rejects(retry(), codeIs('NOT_FOUND'));
    become(states().FAILED);
    world.timedEvents.before = () => {
      become(states().DELETED);
    };
    assert.equal(await purge(), true);
  });

  test('unknown is said of a retry, thrown of a purge; unavailable is thrown', async () => {
    world.timedEvents.fault = () => 'doubtful';
    assert.equal(await retry(), 'unknown');
    await assert.rejects(purge(), codeIs('OUTCOME_UNKNOWN'));
    world.timedEvents.fault = () => 'unavailable';
    await assert.rejects(retry(), codeIs('UNAVAILABLE'));
    await assert.rejects(purge(), codeIs('UNAVAILABLE'));
  });
});

test('one that is overdue gets another notice: it may have lost its own', async () => {
  const nowMs = world.time.nowMs();
  become({ status: 'PENDING', nextMs: nowMs - 1_000 });
  assert.equal(await retry(), 'started');
  assert.deepEqual((await entry()).state, { status: 'PENDING', nextMs: nowMs - 1_000 });
  become({ status: 'PENDING', nextMs: nowMs - 20_000 });
  assert.equal(await retry(), 'started');
  assert.deepEqual((await entry()).state, { status: 'PENDING', nextMs: nowMs });
});

test('a log of very many attempts does not grow on', async () => {
  const [attempt] = failed.attempts;
  assert.ok(attempt);
  const attempts = Array.from({ length: ATTEMPTS_LOGGED_MAX }, () => attempt);
  become(failed.state, { ...failed, attempts });
  await assert.rejects(retry(), codeIs('LIMIT_EXCEEDED'));
  assert.equal((await entry()).state.status, 'FAILED');
});
