import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { AppError, taskKey } from '../../../src/core/index.js';
import type { Documents } from '../../../src/storage/index.js';
import { driveTime } from '../../support/drive-time.js';
import { overriding } from '../../support/overriding.js';
import { NO_FILTER, SweepWorld } from './sweep-world.js';

let world: SweepWorld;
beforeEach(() => {
  world = new SweepWorld();
});

const codeIs = (code: string) => (error: unknown) => {
  return error instanceof AppError && error.code === code;
};

function fail(count: number): string[] {
  const names = Array.from({ length: count }, (_, index) => `e-${String(index).padStart(4, '0')}`);
  for (const name of names) world.failed(name);
  world.time.advance(10_000);
  return names;
}

describe('the rate', () => {
  for (const perSecond of [1, 10, 400]) {
    test(`${perSecond} a second, over all turns`, async () => {
      const count = Math.max(4, perSecond * 3);
      fail(count);
      const { sweepId, createdMs } = await world.start({ application: 'app' }, { perSecond });
      await world.run(sweepId);
      const replays = world.timedEvents.stored.filter(({ event }) => event.plan.replay);
      assert.equal(replays.length, count);
      const slack = 10;
      replays.forEach(({ atMs }, index) => {
        const next = replays[index + perSecond];
        if (next !== undefined) assert.ok(next.atMs - atMs >= 1_000 - slack, `at ${index}`);
      });
      const lastMs = replays.at(-1)?.atMs ?? Infinity;
      const idealMs = (count / perSecond) * 1_000;
      assert.ok(lastMs - createdMs <= idealMs * 1.1 + 1_000, `${lastMs - createdMs} ms`);
    });
  }

  test('a turn lasts some seconds at most: others get theirs', async () => {
    fail(400);
    const { sweepId } = await world.start({ application: 'app' }, { perSecond: 50 });
    for (;;) {
      const fromMs = world.time.monotonicMs();
      const result = await world.call(sweepId);
      assert.ok(world.time.monotonicMs() - fromMs <= 3_000);
      if (result.kind === 'done') break;
    }
  });
});

test('a process that stood still before it wrote the sweep arms the task anew', async () => {
  const { documents } = world.storage;
  const change: Documents['change'] = (step, signal) => {
    world.time.advance(90_000);
    return documents.change(step, signal);
  };
  const slow = { ...world.storage, documents: overriding(documents, { change }) };
  const filter = { ...NO_FILTER, application: 'app' };
  const command = { sweepId: 's', action: 'replay', filter, dryRun: false, perSecond: 1 } as const;
  await world.sweepsOn(slow).start(command, world.signal);
  const key = taskKey({ task: 'sweep', application: '', id: 's' });
  const task = await world.timedEvents.find(key);
  const payload: unknown = JSON.parse(new TextDecoder().decode(task?.plan.payload));
  assert.deepEqual(payload, { armedMs: world.time.nowMs() });
});

test('what fails again is not replayed again by the same sweep', async () => {
  const names = fail(40);
  const { sweepId } = await world.start({ application: 'app' }, { perSecond: 10 });
  for (;;) {
    const result = await world.call(sweepId);
    for (const name of names) {
      const event = await world.find(name);
      if (event?.state.status === 'PENDING') world.failAgain(event, 404);
    }
    if (result.kind === 'done') break;
  }
  for (const name of names) assert.equal(world.changesOf(name), 1, name);
  const { matched, changed } = await world.sweep(sweepId);
  assert.deepEqual([matched, changed], [40, 40]);
  const { sweepId: second } = await world.start({ application: 'app' });
  assert.equal((await world.run(second)).changed, 40, 'a later sweep does');
});

test('what fails after it was started is not meant', async () => {
  fail(1);
  const { sweepId } = await world.start({ application: 'app' });
  world.time.advance(1);
  world.failed('later');
  const { scanned, matched } = await world.run(sweepId);
  assert.deepEqual([scanned, matched], [2, 1]);
  assert.equal(await world.statusOf('later'), 'FAILED');
});

test('an earlier replay is not taken for its own, whatever the clock was set to', async () => {
  const [name = ''] = fail(1);
  await world.sweeps.retryNow({ application: 'app', eventId: name }, world.signal);
  const replayed = await world.find(name);
  assert.ok(replayed);
  world.failAgain(replayed, 404);
  const { sweepId } = await world.start({ application: 'app' });
  world.time.jumpWallTo(world.time.nowMs() - 3_600_000);
  assert.equal((await world.run(sweepId)).changed, 1);
  assert.equal(world.changesOf(name), 2);
});

test('what others change first is overtaken', async () => {
  const [first = ''] = fail(3);
  const { sweepId } = await world.start({ application: 'app' });
  world.timedEvents.before = () => {
    const event = world.timedEvents.entries.get(`app\n${first}`);
    assert.ok(event?.state.status === 'FAILED');
    const state = { ...event.state, status: 'DELETED' } as const;
    world.timedEvents.put({ ...event, change: world.moment().change, state });
  };
  const { matched, changed, overtaken } = await world.run(sweepId);
  assert.deepEqual([matched, changed, overtaken], [3, 2, 1]);
});

test('a cancel ends it within a second; the counts are what was done', async () => {
  const names = fail(200);
  const { sweepId } = await world.start({ application: 'app' }, { perSecond: 20 });
  const sweep = world.sweeps.cancel(sweepId, world.signal);
  assert.equal((await sweep).state, 'cancelled');
  assert.equal((await world.run(sweepId)).changed, 0);

  const { sweepId: second } = await world.start({ application: 'app' }, { perSecond: 20 });
  const work = world.call(second);
  await driveTime(world.time, world.time.sleep(1_200));
  await world.sweeps.cancel(second, world.signal);
  const cancelledMs = world.time.nowMs();
  await work;
  const ended = await world.run(second);
  assert.equal(ended.state, 'cancelled');
  const done = names.filter((name) => world.changesOf(name) > 0).length;
  assert.ok(done >= 20 && done <= 40, `${done} were changed`);
  assert.equal(ended.changed, done);
  assert.ok(world.timedEvents.stored.every(({ atMs }) => atMs <= cancelledMs + 1_000));
  await assert.rejects(world.sweeps.cancel('none', world.signal), codeIs('NOT_FOUND'));
  assert.equal((await world.sweeps.cancel(second, world.signal)).changed, done, 'repeated');
});

describe('start', () => {
  test('the same id and wish is the same sweep; another wish is refused', async () => {
    fail(2);
    const first = await world.start({ application: 'app' }, { sweepId: 's' });
    assert.deepEqual(await world.start({ application: 'app' }, { sweepId: 's' }), first);
    const other = world.start({ application: 'app' }, { sweepId: 's', perSecond: 1 });
    await assert.rejects(other, codeIs('SWEEP_EXISTS'));
    const done = await world.run('s');
    assert.deepEqual(await world.start({ application: 'app' }, { sweepId: 's' }), done);
  });

  test('is armed before it is written; a repetition arms what was lost', async () => {
    await world.start({}, { sweepId: 's' });
    const key = taskKey({ task: 'sweep', application: '', id: 's' });
    const name = `${key.application}\n${key.eventId}`;
    assert.equal(world.timedEvents.entries.get(name)?.state.status, 'PENDING');
    world.timedEvents.entries.delete(name);
    await world.start({}, { sweepId: 's' });
    assert.equal(world.timedEvents.entries.get(name)?.state.status, 'PENDING');
  });

  test('when its document cannot be written, nothing begins and the task ends', async () => {
    const { documents } = world.storage;
    for (const kind of ['unknown', 'unavailable'] as const) {
      const error = new AppError('UNAVAILABLE', 'off');
      const change: Documents['change'] = async () => ({ kind, error });
      const broken = { ...world.storage, documents: overriding(documents, { change }) };
      const command = { action: 'replay', dryRun: false, perSecond: 1 } as const;
      const started = world
        .sweepsOn(broken)
        .start({ ...command, sweepId: kind, filter: NO_FILTER }, world.signal);
      const code = kind === 'unknown' ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE';
      await assert.rejects(started, codeIs(code));
      const armedMs = world.time.nowMs();
      assert.equal((await world.call(kind, world.storage, armedMs)).kind, 'again');
      assert.equal((await world.call(kind, world.storage, armedMs - 60_000)).kind, 'done');
    }
  });
});

test('lists are newest first, in pages; an ended one is gone after 30 days', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const sweepId of names) {
    await world.start({}, { sweepId });
    world.time.advance(sweepId === 'c' ? 0 : 10);
  }
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await world.sweeps.list({ after, limit: 2 });
    seen.push(...page.sweeps.map(({ sweepId }) => sweepId));
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(seen, ['e', 'c', 'd', 'b', 'a']);
  await assert.rejects(
    world.sweeps.list({ after: 'nonsense', limit: 2 }),
    codeIs('CURSOR_INVALID'),
  );
  await assert.rejects(world.sweeps.list({ after, limit: 0 }), codeIs('INVALID_ARGUMENT'));

  await world.run('a');
  world.time.advance(30 * 86_400_000 - 1);
  assert.equal((await world.sweep('a')).state, 'done');
  world.time.advance(1);
  assert.equal(await world.sweeps.find('a'), undefined);
  assert.equal((await world.sweep('b')).state, 'running');
});
