import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../../src/core/index.js';
import { Draws } from '../../../src/runtime/index.js';
import { WritesOfProcess } from './killed-storage.js';
import { draft, KEY, openMemoryWorld, runId, START_MS, type Process, type World } from './world.js';
import { every } from './wishes.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const SEEDS = 150;

/** A process whose reads and writes take up to some turns, so that others come between. */
function slowProcess(world: World, draws: Draws): Process {
  const delay = async (): Promise<void> => {
    for (let turns = draws.whole(0, 12); turns > 0; turns -= 1) await Promise.resolve();
  };
  return world.process(new WritesOfProcess(0, 'lost', delay));
}

/** The task, called by two at once: the claim of the first was lost while it still works. */
async function calledTwice(world: World, first: Process, second: Process): Promise<void> {
  const claim = await world.claimTask();
  if (claim === undefined) return;
  const slow = world.callTask(claim, first);
  await world.report(claim, undefined);
  world.time.advance(1);
  const again = await world.claimTask();
  const quick = again === undefined ? undefined : world.callTask(again, second);
  await Promise.all([slow, quick]);
}

async function withSeeds(what: (world: World, draws: Draws) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const world = await openMemoryWorld();
    try {
      await what(world, new Draws(seed));
    } catch (error) {
      assert.fail(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    } finally {
      await world.end();
    }
  }
}

/** No run came later than it was due. */
async function assertPunctual(world: World, fromMs: number): Promise<void> {
  for (const eventId of world.made) {
    const { createdMs, plan } = await world.run(eventId);
    if (plan.dueMs < fromMs) continue;
    assert.ok(createdMs - plan.dueMs <= 1, `${eventId} was made ${createdMs - plan.dueMs} ms late`);
  }
}

const ids = (everyMs: number, from: number, until: number): string[] =>
  Array.from({ length: until - from + 1 }, (_, place) => runId((from + place) * everyMs));

describe('two at once', () => {
  test('handlers of one task make each run once, and the next one in time', async () => {
    await withSeeds(async (world, draws) => {
      const [first, second] = [slowProcess(world, draws), slowProcess(world, draws)];
      await first.schedules.create(draft({ overlap: 'allow' }), 'reject', world.signal);
      await world.pass(MINUTE_MS - 1, first);
      world.time.advance(1);
      await calledTwice(world, first, second);
      await world.pass(2 * MINUTE_MS, first, second);
      assert.deepEqual(world.made, ids(MINUTE_MS, 0, 3));
      assert.equal((await world.schedule()).counts.made, 4);
      await assertPunctual(world, START_MS);
    });
  });

  test('a change to earlier times, and the task that looks meanwhile', async () => {
    await withSeeds(async (world, draws) => {
      const [first, second] = [slowProcess(world, draws), slowProcess(world, draws)];
      const { signal } = world;
      await first.schedules.create(draft({ overlap: 'allow' }), 'reject', signal);
      await world.pass(MINUTE_MS - 1, first);
      world.time.advance(1);
      const fromMs = world.nowMs + SECOND_MS;
      const wish = draft({ overlap: 'allow', timing: every(SECOND_MS) });
      await Promise.all([
        calledTwice(world, first, second),
        second.schedules.update(wish, undefined, signal),
        world.runTask(first),
      ]);
      await world.pass(5 * SECOND_MS, first, second);
      const later = world.made.filter((eventId) => eventId > runId(MINUTE_MS + SECOND_MS / 2));
      assert.deepEqual(later, ids(SECOND_MS, 61, 65));
      assert.equal(new Set(world.made).size, world.made.length);
      await assertPunctual(world, fromMs);
    });
  });

  test('a trigger, a pause and a resume, while the task is called', async () => {
    await withSeeds(async (world, draws) => {
      const [first, second] = [slowProcess(world, draws), slowProcess(world, draws)];
      const { signal } = world;
      await first.schedules.create(draft({ overlap: 'allow' }), 'reject', signal);
      await world.pass(MINUTE_MS - 1, first);
      world.time.advance(1);
      const triggers = [first, second].map((server) =>
        server.schedules.trigger(KEY, 'once', signal),
      );
      await Promise.all([
        calledTwice(world, first, second),
        second.schedules.pause(KEY, '', signal),
        ...triggers,
      ]);
      await first.schedules.resume(KEY, signal);
      await world.pass(MINUTE_MS, first, second);
      assert.equal((await triggers[0])?.eventId, (await triggers[1])?.eventId);
      const { made, skipped } = (await world.schedule()).counts;
      assert.equal(made, world.made.length);
      assert.equal(new Set(world.made).size, world.made.length);
      assert.equal(made + skipped.paused, 4, 'three times, and the trigger');
      assert.ok(world.made.includes('report!once') && world.made.includes(runId(2 * MINUTE_MS)));
      await assertPunctual(world, START_MS);
    });
  });

  test('creates, removes and the task of one that is gone: who is told so has its runs', async () => {
    await withSeeds(async (world, draws) => {
      const [first, second] = [slowProcess(world, draws), slowProcess(world, draws)];
      const { signal } = world;
      const wish = draft({ overlap: 'allow', timing: every(SECOND_MS) });
      await first.schedules.create(wish, 'reject', signal);
      await world.pass(10, first);
      await first.schedules.remove(KEY, signal);
      // its task comes once more, while another schedule of the id is being created
      world.time.advance(SECOND_MS);
      const fromMs = world.nowMs;
      const create = (server: Process): Promise<unknown> =>
        server.schedules.create(wish, 'reject', signal).catch((error: unknown) => {
          assert.ok(error instanceof AppError && error.code === 'SCHEDULE_EXISTS');
        });
      await Promise.all([calledTwice(world, first, second), create(first), create(second)]);
      await world.pass(4 * SECOND_MS, first, second);
      const made = world.made.filter((eventId) => eventId > runId(SECOND_MS + 1));
      assert.deepEqual(made, ids(SECOND_MS, 2, 5));
      await assertPunctual(world, fromMs);
    });
  });
});
