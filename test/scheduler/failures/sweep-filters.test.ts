import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ANY_VERSION, type UserTarget } from '../../../src/core/index.js';
import type { FailedFilter } from '../../../src/scheduler/index.js';
import { callOf, SweepWorld } from './sweep-world.js';

const HOUR = 3_600_000;
/** When the first of them fails; they fail an hour apart, and are due a day earlier. */
const T0 = 1_700_000_000_000;

const append: UserTarget = {
  kind: 'append',
  stream: 's',
  type: 'T',
  content: 'json',
  contentType: undefined,
  metadata: undefined,
  expected: ANY_VERSION,
};

let world: SweepWorld;
beforeEach(async () => {
  world = new SweepWorld();
  const dueMs = (hours: number): number => T0 + hours * HOUR - 24 * HOUR;
  world.failed('a0', { dueMs: dueMs(0), status: 404 });
  world.time.advance(HOUR);
  world.failed('a1', { dueMs: dueMs(1), status: 503, target: callOf('https://b.test/x') });
  world.time.advance(HOUR);
  world.failed('a2', { dueMs: dueMs(2), status: undefined });
  world.time.advance(HOUR);
  world.failed('a3', { dueMs: dueMs(3), status: 409, target: append });
  world.failed('b0', { dueMs: dueMs(0), status: 404, application: 'other' });
  world.time.advance(HOUR);
  for (const application of ['app', 'empty', 'other']) await name(application);
});

/** As is done when an application schedules its first event. */
async function name(application: string): Promise<void> {
  const key = { scope: 'applications', id: application };
  const to = { key, change: world.moment().change, content: '{}', expiresMs: undefined };
  await world.storage.documents.change({ key, from: undefined, to }, world.signal);
}

const table: readonly [string, Partial<FailedFilter>, readonly string[]][] = [
  ['all', {}, ['a0', 'a1', 'a2', 'a3', 'b0']],
  ['an application', { application: 'app' }, ['a0', 'a1', 'a2', 'a3']],
  ['one that is not known', { application: 'none' }, []],
  ['failed from, inclusive', { failedFromMs: T0 + HOUR }, ['a1', 'a2', 'a3', 'b0']],
  ['failed until, exclusive', { failedUntilMs: T0 + HOUR }, ['a0']],
  ['due from, inclusive', { dueFromMs: T0 - 22 * HOUR }, ['a2', 'a3']],
  ['due until, exclusive', { dueUntilMs: T0 - 23 * HOUR }, ['a0', 'b0']],
  ['a destination', { destination: 'https://b.test:443/else' }, ['a1']],
  ['the event store', { destination: 'append:' }, ['a3']],
  ['statuses', { httpStatuses: [503, 409] }, ['a1', 'a3']],
  ['no answer', { httpStatuses: [0] }, ['a2']],
  ['several', { application: 'app', httpStatuses: [404], dueFromMs: T0 - 24 * HOUR }, ['a0']],
  ['nothing fits', { destination: 'https://b.test', httpStatuses: [404] }, []],
];

describe('a sweep does what its dry run said', () => {
  for (const [name, filter, wanted] of table) {
    test(name, async () => {
      const { sweepId } = await world.start(filter, { dryRun: true });
      const dry = await world.run(sweepId);
      assert.equal(dry.matched, wanted.length);
      assert.equal(dry.changed, 0);
      assert.deepEqual(dry.examples.map(({ eventId }) => eventId).sort(), wanted);
      assert.deepEqual(await replayed(), []);

      const real = await world.run((await world.start(filter)).sweepId);
      const { matched, changed, overtaken, scanned, state } = real;
      assert.deepEqual([matched, changed, overtaken], [wanted.length, wanted.length, 0]);
      assert.equal(scanned, dry.scanned);
      assert.equal(state, 'done');
      assert.deepEqual(real.examples, dry.examples);
      assert.deepEqual(await replayed(), wanted);
    });
  }
});

async function replayed(): Promise<string[]> {
  const entries = [...world.timedEvents.entries.values()].filter(({ key, state }) => {
    return state.status === 'PENDING' && !key.application.startsWith('\u0001');
  });
  return entries.map(({ key }) => key.eventId).sort();
}

test('a purge deletes; nobody is shown them', async () => {
  const { sweepId } = await world.start({ application: 'app' }, { action: 'purge' });
  assert.equal((await world.run(sweepId)).changed, 4);
  assert.equal(await world.statusOf('a0'), 'DELETED');
  assert.equal(await world.statusOf('b0', 'other'), 'FAILED');
});

test('what is replayed is due now, as the same generation, with all its attempts', async () => {
  const before = await world.find('a0');
  const { sweepId } = await world.start({ application: 'app', httpStatuses: [404] });
  await world.run(sweepId);
  const after = await world.find('a0');
  assert.equal(after?.generation, before?.generation);
  assert.ok(after?.state.status === 'PENDING' && after.state.nextMs <= world.time.nowMs());
  assert.equal(after.plan.replay?.earlierAttempts, 1);
});
