import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../../src/core/index.js';
import { Killed, WritesOfProcess, type Fault } from './killed-storage.js';
import {
  draft,
  KEY,
  openMemoryWorld,
  runId,
  START_MS,
  type Draft,
  type Process,
  type World,
} from './world.js';
import { every } from './wishes.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** A task that met a fault is called again in a second. */
const LATE_MS_MAX = 1_100;
const FAULTS: readonly Fault[] = ['killed-before', 'killed-after', 'lost', 'doubtful'];

/** What a process does, and what the next one goes on with when it was killed. */
class Servers {
  readonly world: World;
  readonly writes: WritesOfProcess;
  #current: Process;
  readonly #next: Process;

  constructor(world: World, at: number, fault: Fault) {
    this.world = world;
    this.writes = new WritesOfProcess(at, fault);
    this.#current = world.process(this.writes);
    this.#next = world.process();
  }

  /** A call of a client: again, and from another server, until it is answered. */
  async call(what: (schedules: Process['schedules']) => Promise<unknown>): Promise<void> {
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        await what(this.#current.schedules);
        return;
      } catch (error) {
        if (error instanceof Killed) this.#current = this.#next;
        else if (!(error instanceof AppError && error.code === 'OUTCOME_UNKNOWN')) throw error;
      }
    }
    assert.fail('the call is never answered');
  }

  async pass(ms: number): Promise<void> {
    await this.world.pass(ms, this.#current, this.#next);
    if (this.writes.isDead) this.#current = this.#next;
  }
}

interface Scenario {
  readonly what: string;
  readonly wish: Draft;
  readonly run: (servers: Servers) => Promise<void>;
  /** The event ids that there are then, each made once. */
  readonly made: readonly string[];
  readonly skipped: number;
}

const minutes = (...numbers: readonly number[]): string[] =>
  numbers.map((n) => runId(n * MINUTE_MS));

const SCENARIOS: readonly Scenario[] = [
  {
    what: 'a run that is due, and the next ones',
    wish: { overlap: 'allow' },
    run: (servers) => servers.pass(2 * MINUTE_MS + 20 * SECOND_MS),
    made: minutes(0, 1, 2),
    skipped: 0,
  },
  {
    what: 'runs that are skipped while one is not finished',
    wish: { overlap: 'skip' },
    run: async (servers) => {
      await servers.pass(2 * MINUTE_MS + 20 * SECOND_MS);
      await servers.world.finish(runId(0));
      await servers.pass(MINUTE_MS);
    },
    made: minutes(0, 3),
    skipped: 2,
  },
  {
    what: 'a run that waits for the one before it',
    wish: { overlap: 'buffer-one' },
    run: async (servers) => {
      await servers.pass(2 * MINUTE_MS + 20 * SECOND_MS);
      await servers.world.finish(runId(0));
      await servers.pass(30 * SECOND_MS);
    },
    made: minutes(0, 1),
    skipped: 1,
  },
  {
    what: 'a thousand missed runs',
    wish: {
      overlap: 'allow',
      timing: { ...every(SECOND_MS), endMs: START_MS + 1_000 * SECOND_MS },
      missed: { kind: 'fire-all', runsMax: 20, perSecond: 1_000 },
    },
    run: async (servers) => {
      servers.world.time.advance(1_200 * SECOND_MS);
      await servers.pass(20 * SECOND_MS);
    },
    made: Array.from({ length: 20 }, (_, place) => runId((980 + place) * SECOND_MS)),
    skipped: 980,
  },
  {
    what: 'a trigger, a pause and a backfill over runs that are there',
    wish: { overlap: 'allow' },
    run: async (servers) => {
      const { signal } = servers.world;
      await servers.pass(MINUTE_MS + 20 * SECOND_MS);
      await servers.call((schedules) => schedules.trigger(KEY, 'once', signal));
      await servers.call((schedules) => schedules.pause(KEY, '', signal));
      await servers.pass(MINUTE_MS);
      await servers.call((schedules) => schedules.resume(KEY, signal));
      const range = { fromMs: START_MS, untilMs: START_MS + 3 * MINUTE_MS - 30 * SECOND_MS };
      await servers.call((schedules) =>
        schedules.backfill(KEY, { ...range, untilMs: servers.world.nowMs, perSecond: 1 }, signal),
      );
      await servers.pass(20 * SECOND_MS);
    },
    made: [...minutes(0, 1, 2), 'report!once'],
    // of the pause one, of the backfill two that were there
    skipped: 3,
  },
  {
    what: 'an update to other times',
    wish: { overlap: 'allow' },
    run: async (servers) => {
      const { signal } = servers.world;
      await servers.pass(MINUTE_MS + 20 * SECOND_MS);
      const other = draft({ overlap: 'allow', timing: every(30 * SECOND_MS) });
      await servers.call((schedules) => schedules.update(other, undefined, signal));
      await servers.pass(MINUTE_MS);
    },
    made: [...minutes(0, 1), runId(90 * SECOND_MS), runId(120 * SECOND_MS)],
    skipped: 0,
  },
];

/** One life of it with a fault at a write. False: it does not make so many. */
async function live(scenario: Scenario, at: number, fault: Fault): Promise<boolean> {
  const world = await openMemoryWorld();
  try {
    const servers = new Servers(world, at, fault);
    await servers.call((schedules) =>
      schedules.create(
        draft({ missedAfterMs: 30 * SECOND_MS, ...scenario.wish }),
        'ok-if-same',
        world.signal,
      ),
    );
    await scenario.run(servers);
    const where = `${fault} at write ${at}`;
    assert.deepEqual(world.made.toSorted(), scenario.made.toSorted(), where);
    const { counts } = await world.schedule();
    assert.equal(counts.made, world.made.length, `${where}: runs that are counted as made`);
    const skipped = await world.skipped();
    const listed = skipped.reduce((sum, { count }) => sum + count, 0);
    const counted = Object.values(counts.skipped).reduce((sum, count) => sum + count, 0);
    assert.equal(counted, scenario.skipped, `${where}: runs that are counted as skipped`);
    assert.equal(listed, scenario.skipped, `${where}: runs that are listed as skipped`);
    for (const eventId of world.made) {
      const { createdMs, plan } = await world.run(eventId);
      const lateMs = createdMs - plan.dueMs;
      assert.ok(lateMs <= LATE_MS_MAX, `${where}: ${eventId} was made ${lateMs} ms late`);
    }
    return servers.writes.wasReached;
  } finally {
    await world.end();
  }
}

describe('a server dies, or an answer is lost, at any write', () => {
  for (const scenario of SCENARIOS) {
    for (const fault of FAULTS) {
      test(`${scenario.what}: ${fault}`, async () => {
        let at = 1;
        while (await live(scenario, at, fault)) at += 1;
        assert.ok(at > 4, `only ${at - 1} writes were reached`);
      });
    }
  }
});
