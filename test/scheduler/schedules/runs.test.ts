import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { waitFor } from './wait-for.js';
import {
  draft,
  KEY,
  openEmbeddedWorld,
  openMemoryWorld,
  runId,
  START_MS,
  type Draft,
  type Process,
  type World,
} from './world.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

for (const [name, open] of [
  ['memory', openMemoryWorld],
  ['embedded', openEmbeddedWorld],
] as const) {
  describe(`runs on ${name}`, () => {
    let world: World;
    let server: Process;
    beforeEach(async () => {
      world = await open();
      server = world.process();
    });
    afterEach(() => world.end());

    async function create(wish: Draft = {}): Promise<void> {
      await server.schedules.create(draft(wish), 'reject', world.signal);
    }

    async function pass(ms: number): Promise<void> {
      await world.pass(ms, server);
    }

    test('each nominal time has one, with what the schedule says and where it comes from', async () => {
      await create({ overlap: 'allow' });
      await pass(3 * MINUTE_MS);
      assert.deepEqual(
        world.made,
        [0, 1, 2, 3].map((n) => runId(n * MINUTE_MS)),
      );
      const { plan } = await world.run(runId(MINUTE_MS));
      assert.equal(plan.dueMs, START_MS + MINUTE_MS);
      assert.equal(Buffer.from(plan.payload).toString(), '{"n":1}');
      const nominalMs = START_MS + MINUTE_MS;
      assert.deepEqual(plan.run, { scheduleId: 'report', nominalMs, cause: 'schedule' });
      const { next, counts, recent } = await world.schedule();
      assert.equal(next?.nominalMs, START_MS + 4 * MINUTE_MS);
      assert.equal(counts.made, 4);
      assert.deepEqual(
        recent.map(({ eventId }) => eventId),
        world.made.toReversed(),
      );
    });

    test('none before the start, none from the end on, and then the task is done', async () => {
      const startMs = START_MS + HOUR_MS;
      const endMs = startMs + 2 * MINUTE_MS;
      await create({ overlap: 'allow', timing: { startMs, endMs } });
      await pass(2 * HOUR_MS);
      assert.deepEqual(
        world.made,
        [60, 61].map((n) => runId(n * MINUTE_MS)),
      );
      assert.equal((await world.schedule()).next, undefined);
      assert.equal((await world.taskEntry())?.state.status, 'COMPLETED');
    });

    test('jitter makes them due later, and the nominal time stays', async () => {
      await create({ overlap: 'allow', timing: { jitterMs: 50_000 } });
      await pass(20 * MINUTE_MS);
      const delays = await Promise.all(
        world.made.map(async (eventId) => {
          const { plan, createdMs } = await world.run(eventId);
          assert.ok(createdMs >= plan.dueMs, 'not made before it is due');
          return plan.dueMs - (plan.run?.nominalMs ?? 0);
        }),
      );
      assert.ok(delays.length >= 20);
      assert.ok(delays.every((ms) => ms >= 0 && ms <= 50_000));
      assert.ok(new Set(delays).size > 10, 'they are spread');
    });

    test('skip: none is made while the one before is not finished', async () => {
      await create();
      await pass(2 * MINUTE_MS);
      assert.deepEqual(world.made, [runId(0)]);
      await world.finish(runId(0));
      await pass(2 * MINUTE_MS);
      assert.deepEqual(world.made, [runId(0), runId(3 * MINUTE_MS)]);
      const [first, second] = await world.skipped();
      assert.equal(first?.reason, 'overlap');
      assert.equal(first.count, 2);
      assert.equal(first.firstNominalMs, START_MS + MINUTE_MS);
      assert.equal(first.lastNominalMs, START_MS + 2 * MINUTE_MS);
      assert.equal(second?.firstNominalMs, START_MS + 4 * MINUTE_MS);
      assert.equal((await world.schedule()).counts.skipped.overlap, 3);
    });

    test('a run that is being tried again is not finished', async () => {
      await create();
      await pass(1);
      const run = await world.run(runId(0));
      assert.equal(run.state.status, 'PENDING');
      await pass(MINUTE_MS);
      assert.equal(world.made.length, 1);
    });

    test('allow: they are made beside each other', async () => {
      await create({ overlap: 'allow' });
      await pass(2 * MINUTE_MS);
      assert.equal(world.made.length, 3);
      assert.deepEqual(await world.skipped(), []);
    });

    test('buffer-one: one waits, and is made when the one before it finishes', async () => {
      await create({ overlap: 'buffer-one' });
      await pass(2 * MINUTE_MS + 30_000);
      assert.deepEqual(world.made, [runId(0)]);
      assert.equal((await world.schedule()).buffered?.nominalMs, START_MS + MINUTE_MS);
      assert.equal((await world.schedule()).counts.skipped.overlap, 1);
      server.afterFinished(await world.finish(runId(0)));
      await waitFor(async () => ((await world.taskEntry())?.plan.dueMs ?? 0) <= world.nowMs);
      await world.runTask(server);
      assert.deepEqual(world.made, [runId(0), runId(MINUTE_MS)]);
      assert.equal((await world.run(runId(MINUTE_MS))).plan.dueMs, world.nowMs);
      assert.equal((await world.schedule()).buffered, undefined);
    });

    test('buffer-one: also when nobody has told of the end, within 10 s', async () => {
      await create({ overlap: 'buffer-one' });
      await pass(MINUTE_MS + 30_000);
      await world.finish(runId(0));
      await pass(10_000);
      assert.deepEqual(world.made, [runId(0), runId(MINUTE_MS)]);
    });

    test('missed, fire-once: the last one is made', async () => {
      await create({ overlap: 'allow' });
      await pass(1);
      world.time.advance(10 * MINUTE_MS + 30_000);
      await world.runTask(server);
      // 60 s late counts as missed: the ninth is, the tenth is not
      assert.deepEqual(
        world.made,
        [0, 9, 10].map((n) => runId(n * MINUTE_MS)),
      );
      const [missed] = await world.skipped();
      assert.equal(missed?.reason, 'missed');
      assert.equal(missed.count, 8);
    });

    test('missed, skip: none is made', async () => {
      await create({ overlap: 'allow', missed: { kind: 'skip' }, missedAfterMs: 1_000 });
      await pass(1);
      world.time.advance(10 * MINUTE_MS + 30_000);
      await world.runTask(server);
      assert.deepEqual(world.made, [runId(0)]);
      assert.equal((await world.schedule()).counts.skipped.missed, 10);
    });

    test('missed, fire-all: the last so many, at the rate', async () => {
      const missed = { kind: 'fire-all', runsMax: 1_000, perSecond: 100 } as const;
      const recurrence = { kind: 'interval', everyMs: 1_000, phaseMs: 0 } as const;
      await create({ overlap: 'allow', missed, missedAfterMs: 1_000, timing: { recurrence } });
      await pass(1);
      world.time.advance(HOUR_MS);
      await world.runTask(server);
      const { counts } = await world.schedule();
      // 3,600 are due now, the last one of them in time
      assert.equal(counts.made, 1 + 1_000 + 1);
      assert.equal(counts.skipped.missed, 2_599);
      const dues = await dueTimes(world.made.slice(1, 1_001));
      assert.equal(dues[0], world.nowMs);
      assert.deepEqual(
        dues,
        dues.map((_, place) => world.nowMs + place * 10),
      );
    });

    test('missed, fire-all: a trigger in between does not begin the rate anew', async () => {
      const missed = { kind: 'fire-all', runsMax: 5, perSecond: 1 } as const;
      const recurrence = { kind: 'interval', everyMs: 1_000, phaseMs: 0 } as const;
      await create({ overlap: 'allow', missed, missedAfterMs: 1_000, timing: { recurrence } });
      world.time.advance(MINUTE_MS);
      await world.runTask(server);
      await server.schedules.trigger(KEY, undefined, world.signal);
      await world.runTask(server);
      world.time.advance(3_000);
      await world.runTask(server);
      // five are due until 64 s; the one of 61 s was missed too
      const { plan } = await world.run(runId(MINUTE_MS + 1_000));
      assert.equal(plan.dueMs, START_MS + MINUTE_MS + 5_000);
    });

    test('missed, fire-once: none beside one that is not finished', async () => {
      await create({ overlap: 'skip' });
      await pass(1);
      world.time.advance(10 * MINUTE_MS + 1);
      await world.runTask(server);
      assert.deepEqual(world.made, [runId(0)]);
      assert.equal((await world.schedule()).counts.skipped.overlap, 2);
    });

    async function dueTimes(eventIds: readonly string[]): Promise<number[]> {
      const runs = await Promise.all(eventIds.map((eventId) => world.run(eventId)));
      return runs.map(({ plan }) => plan.dueMs).sort((left, right) => left - right);
    }

    test('three days without servers, every second: counted to the last one', async () => {
      const recurrence = { kind: 'interval', everyMs: 1_000, phaseMs: 0 } as const;
      await create({ overlap: 'allow', timing: { recurrence } });
      await pass(1);
      world.time.advance(3 * 24 * HOUR_MS);
      world.turns = 0;
      await world.runTask(server);
      const { counts, decidedMs } = await world.schedule();
      assert.equal(decidedMs, START_MS + 259_200_000);
      assert.equal(counts.made + counts.skipped.missed, 259_201);
      assert.equal(counts.made, 1 + 1 + 60, 'the first, the last missed one, those in time');
      const [missed, ...rest] = await world.skipped();
      assert.equal(missed?.count, counts.skipped.missed);
      assert.equal(rest.length, 0);
      assert.ok(world.turns <= 20, `${world.turns} turns`);
    });

    test('cron over the change of the clocks, in its zone', async () => {
      world.time.jumpWallTo(Date.UTC(2024, 2, 30, 12));
      const recurrence = {
        kind: 'cron',
        expression: '30 2 * * *',
        timeZone: 'Europe/Berlin',
      } as const;
      await create({ overlap: 'allow', timing: { recurrence } });
      await pass(48 * HOUR_MS);
      const ids = ['2024-03-31T01:00:00.000Z', '2024-04-01T00:30:00.000Z'];
      assert.deepEqual(
        world.made,
        ids.map((time) => `report@${time}`),
      );
    });

    test('a trigger makes one now, whatever else there is; again it is the same one', async () => {
      await create();
      await pass(MINUTE_MS + 500);
      await server.schedules.pause(KEY, 'works', world.signal);
      const run = await server.schedules.trigger(KEY, 'by-hand', world.signal);
      assert.equal(run.eventId, 'report!by-hand');
      assert.equal(run.dueMs, world.nowMs);
      assert.deepEqual(await server.schedules.trigger(KEY, 'by-hand', world.signal), run);
      await pass(500);
      assert.deepEqual(world.made, [runId(0), 'report!by-hand']);
      assert.deepEqual(await server.schedules.trigger(KEY, 'by-hand', world.signal), run);
      for (let count = 0; count < 12; count += 1) {
        await server.schedules.trigger(KEY, undefined, world.signal);
        await pass(10);
      }
      const { recent } = await world.schedule();
      assert.ok(!recent.some(({ eventId }) => eventId === run.eventId), 'it is forgotten here');
      assert.deepEqual(await server.schedules.trigger(KEY, 'by-hand', world.signal), run);
      assert.equal(world.made.length, 14);
      const { plan } = await world.run('report!by-hand');
      assert.equal(plan.run?.cause, 'trigger');
    });

    test('a backfill makes the runs of a range at its rate, and skips those that are there', async () => {
      await create({ overlap: 'allow' });
      await pass(2 * MINUTE_MS);
      const range = {
        fromMs: START_MS - 5 * MINUTE_MS,
        untilMs: START_MS + 2 * MINUTE_MS,
        perSecond: 2,
      };
      const begunMs = world.nowMs;
      await server.schedules.backfill(KEY, range, world.signal);
      await pass(30_000);
      const wanted = [-5, -4, -3, -2, -1].map((n) => runId(n * MINUTE_MS));
      assert.deepEqual(world.made.slice(3), wanted);
      const { backfill, counts } = await world.schedule();
      assert.equal(backfill?.made, 5);
      assert.equal(backfill.skipped, 2);
      assert.equal(backfill.doneMs, range.untilMs);
      assert.equal(counts.skipped.exists, 2);
      const dues = await dueTimes(wanted);
      assert.deepEqual(
        dues.map((ms) => ms - begunMs),
        [0, 500, 1_000, 1_500, 2_000],
      );
      await server.schedules.backfill(KEY, range, world.signal);
      await pass(30_000);
      assert.equal((await world.schedule()).backfill?.skipped, 7, 'all of them are there');
      assert.equal(new Set(world.made).size, world.made.length);
    });
  });
}
