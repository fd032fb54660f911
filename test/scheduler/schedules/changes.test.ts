import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { draft, KEY, openMemoryWorld, runId, START_MS, type Process, type World } from './world.js';
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

describe('create', () => {
  test('once; again by what is asked for', async () => {
    const first = await create();
    await assert.rejects(create(), refusal('SCHEDULE_EXISTS'));
    const again = await server.schedules.create(
      draft({ overlap: 'allow' }),
      'ok-if-same',
      world.signal,
    );
    assert.equal(again.outcome, 'existed');
    assert.deepEqual(again.schedule, first);
    const other = server.schedules.create(draft(), 'ok-if-same', world.signal);
    await assert.rejects(other, refusal('SCHEDULE_EXISTS'));
    await server.schedules.pause(KEY, '', world.signal);
    const replaced = await server.schedules.create(draft(), 'replace', world.signal);
    assert.equal(replaced.outcome, 'replaced');
    assert.equal(replaced.schedule.plan.overlap, 'skip');
    assert.equal(replaced.schedule.paused, undefined);
  });

  test('a payload that differs in one byte is not the same', async () => {
    await create();
    const payload = new TextEncoder().encode('{"n":2}');
    const wish = draft({ overlap: 'allow', run: { payload } });
    const other = server.schedules.create(wish, 'ok-if-same', world.signal);
    await assert.rejects(other, refusal('SCHEDULE_EXISTS'));
  });

  test('after another one of the id was removed, while its task still waits', async () => {
    await create({ timing: every(HOUR_MS) });
    await world.pass(1, server);
    await server.schedules.remove(KEY, world.signal);
    world.time.advance(MINUTE_MS);
    await create();
    await world.pass(2 * MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 2, 3].map((n) => runId(n * MINUTE_MS)),
    );
  });
});

describe('update', () => {
  test('the new timing counts from now on; nothing between is made up for', async () => {
    await create({ timing: every(HOUR_MS) });
    await world.pass(30 * MINUTE_MS + 1, server);
    await update({ timing: every(MINUTE_MS) });
    await world.pass(2 * MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 31, 32].map((n) => runId(n * MINUTE_MS)),
    );
    assert.deepEqual(await world.skipped(), []);
  });

  test('an earlier next run comes at its time, a later one not before it', async () => {
    await create({ timing: every(24 * HOUR_MS) });
    await world.pass(1, server);
    await update({ timing: every(MINUTE_MS) });
    assert.ok(((await world.taskEntry())?.plan.dueMs ?? 0) <= START_MS + MINUTE_MS);
    await update({ timing: every(HOUR_MS) });
    await world.pass(HOUR_MS, server);
    assert.deepEqual(world.made, [runId(HOUR_MS)]);
  });

  test('what was due before it, is made as it was then', async () => {
    await create();
    await world.pass(1, server);
    world.time.advance(MINUTE_MS);
    const payload = new TextEncoder().encode('new');
    await update({ run: { payload }, timing: every(2 * MINUTE_MS) });
    await world.pass(3 * MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 1, 2, 4].map((n) => runId(n * MINUTE_MS)),
    );
    const text = async (n: number): Promise<string> =>
      Buffer.from((await world.run(runId(n * MINUTE_MS))).plan.payload).toString();
    assert.equal(await text(1), '{"n":1}');
    assert.equal(await text(2), 'new');
  });

  test('the same plan changes nothing; a stale revision is refused', async () => {
    const { revision } = await create();
    assert.equal((await update({})).revision, revision);
    const changed = await update({ overlap: 'skip' }, revision);
    assert.equal(changed.revision, revision + 1);
    await assert.rejects(update({ overlap: 'buffer-one' }, revision), refusal('REVISION_CONFLICT'));
    // the answer to the first one was lost
    assert.equal((await update({ overlap: 'skip' }, revision)).revision, revision + 1);
  });

  test('a run whose jitter is not over keeps its place, unless its time is no time any more', async () => {
    const jittered = { ...every(HOUR_MS), jitterMs: HOUR_MS - 1 };
    const { next } = await create({ timing: jittered });
    assert.ok(next !== undefined && next.dueMs > START_MS + MINUTE_MS);
    await world.pass(MINUTE_MS, server);
    const payload = new TextEncoder().encode('new');
    assert.deepEqual((await update({ timing: jittered, run: { payload } })).next, next);
    const other = await update({ timing: { ...every(2 * HOUR_MS), jitterMs: HOUR_MS } });
    assert.equal(other.next?.nominalMs, START_MS + 2 * HOUR_MS);
  });

  test('runs do not change the revision', async () => {
    const { revision } = await create();
    await world.pass(5 * MINUTE_MS, server);
    await update({ overlap: 'skip' }, revision);
  });

  test('of a schedule whose task was done, arms it again', async () => {
    await create({ timing: { ...every(MINUTE_MS), endMs: START_MS + MINUTE_MS } });
    await world.pass(2 * MINUTE_MS + 1, server);
    assert.equal((await world.taskEntry())?.state.status, 'COMPLETED');
    await update({});
    await world.pass(MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 3].map((n) => runId(n * MINUTE_MS)),
    );
  });
});

describe('pause and resume', () => {
  test('what is due meanwhile is skipped, counted, and not caught up on', async () => {
    await create();
    await world.pass(1, server);
    await server.schedules.pause(KEY, 'works', world.signal);
    await world.pass(3 * MINUTE_MS, server);
    await server.schedules.resume(KEY, world.signal);
    await world.pass(MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 4].map((n) => runId(n * MINUTE_MS)),
    );
    const [skipped, ...rest] = await world.skipped();
    assert.deepEqual(rest, []);
    assert.equal(skipped?.reason, 'paused');
    assert.equal(skipped.count, 3);
  });

  test('nor what was due while nobody looked', async () => {
    await create({ timing: every(1_000) });
    await world.pass(1, server);
    await server.schedules.pause(KEY, '', world.signal);
    world.time.advance(12 * HOUR_MS);
    await server.schedules.resume(KEY, world.signal);
    await world.pass(1_000, server);
    const { counts } = await world.schedule();
    assert.equal(counts.skipped.paused, 12 * 3_600);
    assert.deepEqual(world.made, [runId(0), runId(12 * HOUR_MS + 1_000)]);
  });

  test('twice is fine, and the note is the last one', async () => {
    const { revision } = await create();
    const first = await server.schedules.pause(KEY, 'a', world.signal);
    world.time.advance(1_000);
    assert.deepEqual(await server.schedules.pause(KEY, 'a', world.signal), first);
    const second = await server.schedules.pause(KEY, 'b', world.signal);
    assert.deepEqual(second.paused, { sinceMs: START_MS, note: 'b' });
    const resumed = await server.schedules.resume(KEY, world.signal);
    assert.deepEqual(await server.schedules.resume(KEY, world.signal), resumed);
    assert.equal(resumed.revision, revision + 3);
  });

  test('a run that waits for another is skipped', async () => {
    await create({ overlap: 'buffer-one' });
    await world.pass(MINUTE_MS, server);
    await server.schedules.pause(KEY, '', world.signal);
    await world.pass(20_000, server);
    const { buffered, counts } = await world.schedule();
    assert.equal(buffered, undefined);
    assert.equal(counts.skipped.paused, 1);
  });

  test('in the ms of a run: who writes first decides it', async () => {
    await create();
    await world.pass(1, server);
    world.time.advance(MINUTE_MS - 1);
    assert.equal(world.nowMs, START_MS + MINUTE_MS);
    await server.schedules.pause(KEY, '', world.signal);
    await world.runTask(server);
    await server.schedules.resume(KEY, world.signal);
    await world.runTask(server);
    assert.deepEqual(world.made, [runId(0)]);
    assert.equal((await world.schedule()).counts.skipped.paused, 1);
    world.time.advance(MINUTE_MS);
    await world.runTask(server);
    await server.schedules.pause(KEY, '', world.signal);
    await server.schedules.resume(KEY, world.signal);
    await update({ timing: every(2 * MINUTE_MS) });
    await world.runTask(server);
    assert.deepEqual(world.made, [runId(0), runId(2 * MINUTE_MS)]);
    const { made, skipped } = (await world.schedule()).counts;
    assert.deepEqual([made, skipped.paused, skipped.exists], [2, 1, 0]);
  });
});

test('a change does not wait for a backfill, which goes on by what the schedule says then', async () => {
  await create();
  await world.pass(1, server);
  const range = { fromMs: START_MS - 100 * HOUR_MS, untilMs: START_MS, perSecond: 1_000 };
  await server.schedules.backfill(KEY, range, world.signal);
  const before = world.made.length;
  await update({ timing: every(HOUR_MS) });
  await server.schedules.pause(KEY, '', world.signal);
  await server.schedules.resume(KEY, world.signal);
  assert.equal(world.made.length, before);
  await world.pass(10_000, server);
  const { backfill } = await world.schedule();
  assert.equal(backfill?.made, 100);
});
