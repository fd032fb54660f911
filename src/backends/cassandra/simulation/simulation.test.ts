import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Simulation } from './simulation.js';

const { env } = process;
const REPLAY = env['CASSADRA_TEST_SEED'];
const LONG = env['CASSADRA_TEST_LONG'] === '1';
const FIRST_SEED = 1;
const SEEDS = LONG ? 3_000 : 300;

/** Zero of one of these in all seeds together: the simulation has not tested what it says. */
const MUST_HAVE_FIRED = [
  ...['batch lost', 'batch answer lost', 'batch late', 'batch unavailable'],
  ...['batch without applied', 'batch not sent', 'batch refused', 'batch applied'],
  ...['mark lost', 'mark answer lost', 'mark late', 'marks slow', 'marks out'],
  ...['read failed', 'read unavailable', 'read complete', 'read waited', 'view late'],
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
  ...['appended', 'duplicate', 'conflict', 'unknown'],
];

async function runSeed(seed: number): Promise<Simulation> {
  const simulation = new Simulation(seed);
  try {
    await simulation.run();
  } catch (error) {
    if (env['CASSADRA_TEST_HISTORY'] === '1') console.log(simulation.history.text());
    throw new Error(`seed ${seed} (replay: CASSADRA_TEST_SEED=${seed})`, { cause: error });
  }
  return simulation;
}

describe('servers on a simulated Cassandra', () => {
  test('one seed, one history', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)];
      assert.ok(first.history.size > 100);
      assert.equal(first.history.hash(), second.history.hash());
    }
  });

  test('readers by type see every event once, in order', async (t) => {
    const stackTraceLimit = Error.stackTraceLimit;
    t.after(() => (Error.stackTraceLimit = stackTraceLimit));
    // Simulated faults are errors too, and their stacks take a fifth of the time.
    if (REPLAY === undefined) Error.stackTraceLimit = 0;
    const first = REPLAY === undefined ? FIRST_SEED : Number(REPLAY);
    const last = REPLAY === undefined ? FIRST_SEED + SEEDS - 1 : first;
    const counts = new Map<string, number>();
    for (let seed = first; seed <= last; seed += 1) {
      const { history } = await runSeed(seed);
      for (const [what, count] of history.counts) {
        counts.set(what, (counts.get(what) ?? 0) + count);
      }
    }
    const sorted = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
    const summary = sorted.map(([what, count]) => `${what} ${count}`).join(' · ');
    t.diagnostic(`seeds ${first} to ${last}: ${summary}`);
    if (REPLAY !== undefined) return;
    assert.deepEqual(
      MUST_HAVE_FIRED.filter((what) => !counts.has(what)),
      [],
      'fired at least once',
    );
  });
});
