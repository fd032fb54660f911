import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import {
  AppError,
  callCancelled,
  deadlineReached,
  DEFAULT_TIMED_EVENT_LIMITS,
  type TimedEventState,
} from '../../src/core/index.js';
import { createScheduler, type OnExists, type ScheduleCommand } from '../../src/scheduler/index.js';
import { at, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});

const KEY = { application: 'app', eventId: 'a' };
const codeIs =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

/** Puts the entry into a state as another process would. */
function become(state: TimedEventState): void {
  world.storage.put({ ...world.entry('a'), change: world.newUuid(), state });
}

function processing(): TimedEventState {
  const claim = { poller: world.newUuid(), epoch: 1, claimedMs: world.nowMs };
  return { status: 'PROCESSING', nextMs: world.nowMs + 1_000, claim };
}
const completed = (): TimedEventState => ({ status: 'COMPLETED', finishedMs: world.nowMs });
const gone = (): TimedEventState => ({ status: 'DELETED', finishedMs: world.nowMs });

async function again(onExists: OnExists, rest: Partial<ScheduleCommand> = {}) {
  const command = world.command('a', 1_000, { onExists, ...rest });
  const { event, outcome } = await world.scheduler.schedule(command, world.signal);
  return { event, outcome };
}

describe('schedule', () => {
  test('stores the plan with the defaults', async () => {
    const { event, outcome } = await again('reject', { retry: { attemptsMax: 2 } });
    assert.equal(outcome, 'scheduled');
    assert.deepEqual(world.entry('a'), event);
    const { retry, timeoutMs, retentionMs, dueMs } = event.plan;
    assert.equal(retry.attemptsMax, 2);
    assert.equal(retry.firstDelayMs, 500);
    assert.equal(timeoutMs, 15_000);
    assert.equal(retentionMs, 7 * 86_400_000);
    assert.deepEqual(event.state, { status: 'PENDING', nextMs: dueMs });
  });

  test('validates before anything is written', async () => {
    const target = { kind: 'http', url: 'ftp://x/', method: 'POST', headers: [] } as const;
    await assert.rejects(again('reject', { target }), codeIs('INVALID_ARGUMENT'));
    const payload = new Uint8Array(2_000_000);
    await assert.rejects(again('reject', { payload }), codeIs('LIMIT_EXCEEDED'));
    assert.equal(world.storage.changes, 0);
  });

  test('writes the URL in its normal form', async () => {
    const target = { ...at('receiver').target, url: 'HTTP://Receiver.Test:80' };
    const { event } = await again('reject', { target });
    assert.deepEqual(event.plan.target, { ...target, url: 'http://receiver.test/' });
  });

  test('an id that is taken: reject', async () => {
    await again('reject');
    await assert.rejects(again('reject'), codeIs('TIMED_EVENT_EXISTS'));
  });

  test('an id that is taken: ok-if-same, whatever became of it', async () => {
    const first = await again('reject');
    become(completed());
    const same = await again('ok-if-same');
    assert.equal(same.outcome, 'existed');
    assert.equal(same.event.generation, first.event.generation);
    assert.equal(same.event.state.status, 'COMPLETED');
    const other: Partial<ScheduleCommand>[] = [
      { payload: new TextEncoder().encode('[]') },
      { payload: new TextEncoder().encode('{} ') },
      { dueMs: world.nowMs + 1_001 },
      { retry: { jitter: 0.5 } },
      { timeoutMs: 14_000 },
      { retentionMs: 14_000 },
    ];
    const { target } = at('receiver.test:1');
    other.push({ target: { ...target, method: 'GET' } });
    other.push({ target: { ...target, url: 'http://receiver.test:2/' } });
    other.push({ target: { ...target, headers: [{ name: 'a', value: 'b' }] } });
    for (const change of other) {
      await assert.rejects(again('ok-if-same', change), codeIs('TIMED_EVENT_EXISTS'));
    }
  });

  test('an id that is taken: replace, from any state', async () => {
    const states = [undefined, processing(), completed()];
    let { generation } = (await again('reject')).event;
    for (const state of states) {
      if (state !== undefined) become(state);
      const { event, outcome } = await again('replace');
      assert.equal(outcome, 'replaced');
      assert.notEqual(event.generation, generation);
      assert.equal(world.status('a'), 'PENDING');
      generation = event.generation;
    }
  });

  test('a deleted one is in nobody’s way', async () => {
    for (const onExists of ['reject', 'ok-if-same', 'replace'] as const) {
      world = new World();
      await again('reject');
      become(gone());
      const { outcome } = await again(onExists);
      assert.equal(outcome, 'scheduled');
      assert.equal(world.status('a'), 'PENDING');
    }
  });

  test('a race that is lost is run again', async () => {
    await again('reject');
    world.storage.before = () => become(completed());
    const { outcome } = await again('replace');
    assert.equal(outcome, 'replaced');
    assert.equal(world.status('a'), 'PENDING');
  });

  test('its own event, found after a doubtful write and changed since, is a success', async () => {
    let stored = false;
    world.storage.before = ({ to }) => {
      world.storage.put({ ...to, change: world.newUuid(), state: completed() });
      stored = true;
    };
    const { outcome, event } = await again('reject');
    assert.ok(stored);
    assert.equal(outcome, 'scheduled');
    assert.equal(event.state.status, 'COMPLETED');
  });

  test('unknown and unavailable are called so', async () => {
    world.storage.fault = () => 'lost';
    await assert.rejects(again('reject'), codeIs('OUTCOME_UNKNOWN'));
    world.storage.fault = () => 'unavailable';
    await assert.rejects(again('replace'), codeIs('UNAVAILABLE'));
  });
});

describe('the caller’s end', () => {
  test('before the write: its reason, and nothing is written', async () => {
    const command = world.command('a', 1_000);
    const ended = AbortSignal.abort(deadlineReached());
    await assert.rejects(world.scheduler.schedule(command, ended), codeIs('DEADLINE_EXCEEDED'));
    await assert.rejects(world.scheduler.cancel(KEY, ended), codeIs('DEADLINE_EXCEEDED'));
    assert.equal(world.storage.changes, 0);
  });

  test('during a write that hangs: unknown', async () => {
    const call = new AbortController();
    const hanging = createScheduler({
      timedEvents: () => ({
        find: (key) => world.storage.find(key),
        change: () => new Promise(() => undefined),
        list: (query) => world.storage.list(query),
        countPending: (application) => world.storage.countPending(application),
        openQueue: (poller) => world.storage.openQueue(poller),
      }),
      ready: () => true,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      components: world.components,
    });
    await again('reject');
    const scheduling = hanging.schedule(world.command('b', 0), call.signal);
    const stopping = hanging.cancel(KEY, call.signal);
    await world.settle();
    call.abort(callCancelled());
    await assert.rejects(scheduling, codeIs('OUTCOME_UNKNOWN'));
    assert.equal(await stopping, 'unknown');
  });
});

describe('cancel', () => {
  test('done, in flight, finished, not found', async () => {
    await assert.rejects(world.scheduler.cancel(KEY, world.signal), codeIs('NOT_FOUND'));
    await again('reject');
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'done');
    assert.equal(world.status('a'), 'DELETED');
    await assert.rejects(world.scheduler.cancel(KEY, world.signal), codeIs('NOT_FOUND'));
    await again('reject');
    become(processing());
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'in-flight');
    assert.equal(world.status('a'), 'CANCELLED');
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'finished');
  });

  test('a claim that was faster makes it in-flight; a deletion that was faster, done', async () => {
    await again('reject');
    world.storage.before = () => become(processing());
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'in-flight');
    await again('replace');
    world.storage.before = () => become(gone());
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'done');
  });

  test('unknown is said, unavailable is thrown', async () => {
    await again('reject');
    world.storage.fault = () => 'doubtful';
    assert.equal(await world.scheduler.cancel(KEY, world.signal), 'unknown');
    world.storage.fault = () => 'unavailable';
    await assert.rejects(world.scheduler.cancel(KEY, world.signal), codeIs('UNAVAILABLE'));
  });
});

describe('reschedule', () => {
  const move = (inMs: number) => world.scheduler.reschedule(KEY, world.nowMs + inMs, world.signal);

  test('done, in flight, finished, not found', async () => {
    await assert.rejects(move(5_000), codeIs('NOT_FOUND'));
    const { generation } = (await again('reject')).event;
    assert.equal(await move(5_000), 'done');
    assert.equal(world.entry('a').generation, generation);
    assert.equal(world.entry('a').plan.dueMs, world.nowMs + 5_000);
    become(processing());
    assert.equal(await move(6_000), 'in-flight');
    assert.notEqual(world.entry('a').generation, generation);
    assert.deepEqual(world.entry('a').state, { status: 'PENDING', nextMs: world.nowMs + 6_000 });
    become(completed());
    assert.equal(await move(7_000), 'finished');
  });

  test('a due time beyond the horizon is refused', async () => {
    await again('reject');
    await assert.rejects(move(4e12), codeIs('INVALID_ARGUMENT'));
  });

  test('its own move, found after a doubtful write and claimed since, is done', async () => {
    await again('reject');
    world.storage.before = ({ to }) => {
      world.storage.put({ ...to, change: world.newUuid(), state: processing() });
    };
    assert.equal(await move(5_000), 'done');
    assert.equal(world.status('a'), 'PROCESSING');
  });
});

describe('remove, find, list', () => {
  test('only what is pending is removed', async () => {
    const remove = () => world.scheduler.remove(KEY, world.signal);
    assert.deepEqual(await remove(), { kind: 'not-found' });
    await again('reject');
    assert.deepEqual(await remove(), { kind: 'deleted' });
    assert.deepEqual(await remove(), { kind: 'not-found' });
    await again('reject');
    become(processing());
    assert.deepEqual(await remove(), { kind: 'refused', status: 'PROCESSING' });
    await again('replace');
    world.storage.fault = () => 'lost';
    await assert.rejects(remove(), codeIs('OUTCOME_UNKNOWN'));
  });

  test('nobody is shown a deleted one', async () => {
    assert.equal(await world.scheduler.find(KEY), undefined);
    const { event } = await again('reject');
    assert.deepEqual(await world.scheduler.find(KEY), event);
    become(gone());
    assert.equal(await world.scheduler.find(KEY), undefined);
  });

  test('bad names and page sizes are refused', async () => {
    const query = { application: 'app', statuses: [], fromMs: 0, untilMs: 1, after: undefined };
    await world.scheduler.list({ ...query, limit: 1_000 });
    await assert.rejects(world.scheduler.list({ ...query, limit: 0 }), codeIs('INVALID_ARGUMENT'));
    await assert.rejects(
      world.scheduler.list({ ...query, application: '', limit: 1 }),
      codeIs('INVALID_ARGUMENT'),
    );
    await assert.rejects(
      world.scheduler.find({ application: 'app', eventId: '' }),
      codeIs('INVALID_ARGUMENT'),
    );
  });
});

test('not ready: every call says so', async () => {
  world.ready = false;
  await assert.rejects(again('reject'), codeIs('NOT_READY'));
  await assert.rejects(world.scheduler.find(KEY), codeIs('NOT_READY'));
  await assert.rejects(world.scheduler.cancel(KEY, world.signal), codeIs('NOT_READY'));
  const closed = createScheduler({
    timedEvents: () => undefined,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    components: world.components,
  });
  await assert.rejects(closed.find(KEY), codeIs('NOT_READY'));
});
