import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runSeed, runSeeds, SeedFailed } from './seeds.js';

const { env } = process;
const REPLAY = env['CASSADRA_TEST_SEED'];
const LONG = env['CASSADRA_TEST_LONG'] === '1';
const SEEDS = LONG ? 3_000 : 300;

/** Zero of one of these in all seeds together: the simulation has not tested what it says. */
const MUST_HAVE_FIRED = [
  ...['batch lost', 'batch answer lost', 'batch late', 'batch unavailable'],
  ...['batch without applied', 'batch not sent', 'batch refused', 'batch applied'],
  ...['mark lost', 'mark answer lost', 'mark late', 'marks slow', 'marks out', 'marks long out'],
  ...['read failed', 'read unavailable', 'read complete', 'read waited', 'view late', 'view bare'],
  ...[
    'join',
    'stopped',
    'kill',
    'short pause',
    'long pause',
    'long pause at marks read',
    'long pause at mark written',
    'long pause at batch lost',
    'long pause at batch answered',
    'silent pause at batch lost',
    'changeover at batch answered',
    'resumed',
    'clock jump',
  ],
  ...['reader apart', 'shift readers', 'shift writers', 'cursor moved', 'seen'],
  ...['read of several types complete', 'end of the feed', 'appended after an end'],
  ...['appended', 'duplicate', 'conflict', 'unknown'],
];

describe('servers on a simulated Cassandra', () => {
  test('one seed, one history', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)];
      assert.ok(first.history.size > 100);
      assert.equal(first.history.hash(), second.history.hash());
    }
  });

  test('readers by type see every event once, in order', async (t) => {
    if (REPLAY !== undefined) return replay(Number(REPLAY));
    const counts = await runSeeds({ first: 1, last: SEEDS });
    const sorted = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
    const summary = sorted.map(([what, count]) => `${what} ${count}`).join(' · ');
    t.diagnostic(`seeds 1 to ${SEEDS}: ${summary}`);
    assert.deepEqual(
      MUST_HAVE_FIRED.filter((what) => !counts.has(what)),
      [],
      'fired at least once',
    );
  });
});

/** One seed alone; prints its history when it goes wrong. */
async function replay(seed: number): Promise<void> {
  try {
    await runSeed(seed);
  } catch (error) {
    if (error instanceof SeedFailed) console.log(error.history.text());
    throw error;
  }
}
