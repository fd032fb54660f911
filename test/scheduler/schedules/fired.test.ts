import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { cassandraForTests } from '../../../tools/test/cassandra-for-tests.js';
import { cassandraUnderTest } from '../../conformance/cassandra-under-test.js';
import { embeddedUnderTest } from '../../conformance/embedded-under-test.js';
import type { BackendFactory } from '../../conformance/event-log/index.js';
import { memoryUnderTest } from '../../conformance/memory-under-test.js';
import { FiredWorld } from './fired-world.js';
import { draft, KEY, type Draft } from './world.js';

const SECOND_MS = 1_000;
const RUNS = 4;
/** A shared machine; what is measured is told. */
const LATE_MS_MAX = 3_000;
const WITHIN = { timeout: 90_000 };

const EVERY_SECOND: NonNullable<Draft['timing']> = {
  recurrence: { kind: 'interval', everyMs: SECOND_MS, phaseMs: 0 },
};

async function inWorld(
  open: BackendFactory,
  work: (world: FiredWorld) => Promise<void>,
): Promise<void> {
  const opened = await open();
  const world = new FiredWorld(opened.backend);
  try {
    await work(world);
  } finally {
    await world.end();
    await opened.cleanup();
  }
}

/** Each second once, although two servers are there. */
async function eachOnce(world: FiredWorld, context: TestContext): Promise<void> {
  const wish = draft({ overlap: 'allow', timing: EVERY_SECOND });
  await world.schedules.create(wish, 'reject', world.signal);
  await world.until('the runs', () => world.calls.length >= RUNS, 30 * SECOND_MS);
  const nominals = world.calls.map(({ call }) => call.run?.nominalMs ?? 0);
  const [first = 0] = nominals;
  assert.deepEqual(
    nominals,
    nominals.map((_, place) => first + place * SECOND_MS),
  );
  const lates = world.calls.map(({ call, beganMs }) => beganMs - call.dueMs);
  context.diagnostic(`called ${lates.join(', ')} ms after the due time`);
  assert.ok(lates.every((ms) => ms >= 0 && ms < LATE_MS_MAX));
}

/** The run that waits begins when the one before it ends, and not before. */
async function oneAfterTheOther(world: FiredWorld, context: TestContext): Promise<void> {
  world.takesMs = 1_300;
  const wish = draft({ overlap: 'buffer-one', timing: EVERY_SECOND });
  await world.schedules.create(wish, 'reject', world.signal);
  await world.until('the runs', () => world.calls.length >= RUNS, 60 * SECOND_MS);
  const waits = world.calls
    .slice(1)
    .map(({ beganMs }, place) => beganMs - (world.calls[place]?.endedMs ?? Number.NaN));
  context.diagnostic(`begun ${waits.join(', ')} ms after the end of the one before`);
  assert.ok(waits.every((ms) => ms >= 0 && ms < LATE_MS_MAX));
  await world.schedules.remove(KEY, world.signal);
}

const cassandra = await cassandraForTests();
const backends: readonly (readonly [string, BackendFactory | string])[] = [
  ['memory', memoryUnderTest],
  ['embedded', embeddedUnderTest],
  ['cassandra', 'skip' in cassandra ? cassandra.skip : cassandraUnderTest(cassandra.contactPoint)],
];

describe('two servers call the runs of a schedule', () => {
  for (const [name, open] of backends) {
    if (typeof open === 'string') {
      test(name, { skip: open });
      continue;
    }
    test(`${name}: each once and in time`, WITHIN, (context) =>
      inWorld(open, (world) => eachOnce(world, context)),
    );
    test(`${name}: one after the other`, WITHIN, (context) =>
      inWorld(open, (world) => oneAfterTheOther(world, context)),
    );
  }
});
