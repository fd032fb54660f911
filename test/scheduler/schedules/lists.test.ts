import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  APPLICATION,
  KEY,
  openMemoryWorld,
  runId,
  START_MS,
  type Process,
  type World,
} from './world.js';
import { every, refusal, wishesAt } from './wishes.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let server: Process;
beforeEach(async () => {
  world = await openMemoryWorld();
  server = world.process();
});
afterEach(() => world.end());

const { create, update } = wishesAt(() => ({ world, server }));

describe('the others', () => {
  test('remove: no further run, and the task ends', async () => {
    await create();
    await server.schedules.trigger(KEY, 'last', world.signal);
    await server.schedules.remove(KEY, world.signal);
    await world.pass(5 * MINUTE_MS, server);
    assert.deepEqual(world.made, ['report!last'], 'what was acknowledged is made');
    assert.equal((await world.taskEntry())?.state.status, 'COMPLETED');
    assert.equal(await server.schedules.find(KEY), undefined);
    await assert.rejects(server.schedules.remove(KEY, world.signal), refusal('NOT_FOUND'));
    await assert.rejects(server.schedules.pause(KEY, '', world.signal), refusal('NOT_FOUND'));
    await assert.rejects(update({}), refusal('NOT_FOUND'));
  });

  test('list: by id, page by page, of one application', async () => {
    for (const scheduleId of ['b', 'a', 'c']) {
      await create({ key: { application: APPLICATION, scheduleId } });
    }
    await create({ key: { application: 'shop2', scheduleId: 'd' } });
    const first = await server.schedules.list(APPLICATION, { after: undefined, limit: 2 });
    assert.deepEqual(
      first.schedules.map(({ key }) => key.scheduleId),
      ['a', 'b'],
    );
    const second = await server.schedules.list(APPLICATION, { after: first.next, limit: 2 });
    assert.deepEqual(
      second.schedules.map(({ key }) => key.scheduleId),
      ['c'],
    );
    assert.equal(second.next, undefined);
  });

  test('the next runs, as they stand now', async () => {
    await create({ timing: { ...every(MINUTE_MS), jitterMs: 30_000 } });
    const runs = await server.schedules.nextRuns(KEY, START_MS, 3);
    assert.deepEqual(
      runs.map(({ nominalMs }) => nominalMs),
      [1, 2, 3].map((n) => START_MS + n * MINUTE_MS),
    );
    const { next } = await world.schedule();
    await world.pass(MINUTE_MS, server);
    assert.deepEqual((await world.schedule()).next, runs[0] ?? next);
  });

  test('one backfill at a time; the same wish again is the same', async () => {
    await create();
    await world.pass(2 * MINUTE_MS, server);
    const range = { fromMs: START_MS - HOUR_MS, untilMs: START_MS, perSecond: 1 };
    await server.schedules.backfill(KEY, range, world.signal);
    await world.pass(3_000, server);
    const again = await server.schedules.backfill(KEY, range, world.signal);
    assert.ok((again.backfill?.made ?? 0) >= 3);
    const other = server.schedules.backfill(KEY, { ...range, perSecond: 2 }, world.signal);
    await assert.rejects(other, refusal('BACKFILL_RUNNING'));
  });

  test('a backfill does not stand in the way of the next run', async () => {
    await create({ overlap: 'skip' });
    await world.pass(1, server);
    await world.finish(runId(0));
    const range = { fromMs: START_MS - 3 * HOUR_MS, untilMs: START_MS, perSecond: 1 };
    await server.schedules.backfill(KEY, range, world.signal);
    await world.pass(MINUTE_MS, server);
    assert.ok(world.made.includes(runId(MINUTE_MS)));
    await world.pass(MINUTE_MS, server);
    assert.equal((await world.schedule()).counts.skipped.overlap, 1, 'the run before is known');
  });

  test('a backfill keeps its rate, however often its task is called', async () => {
    await create();
    await world.pass(1, server);
    const range = { fromMs: START_MS - HOUR_MS, untilMs: START_MS, perSecond: 1 };
    await server.schedules.backfill(KEY, range, world.signal);
    for (let count = 0; count < 20; count += 1) {
      await server.schedules.trigger(KEY, undefined, world.signal);
      await world.pass(100, server);
    }
    const made = (await world.schedule()).backfill?.made ?? 0;
    assert.ok(made >= 2 && made <= 3, `${made} in two seconds`);
  });

  test('a run that was triggered is the run before', async () => {
    await create({ overlap: 'skip' });
    await world.pass(1, server);
    await world.finish(runId(0));
    await server.schedules.trigger(KEY, 'long', world.signal);
    await world.pass(MINUTE_MS, server);
    assert.equal((await world.schedule()).counts.skipped.overlap, 1);
    await world.finish('report!long');
    await world.pass(MINUTE_MS, server);
    assert.equal(world.made.at(-1), runId(2 * MINUTE_MS));
  });
});
