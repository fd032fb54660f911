import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulation.js';

const { env } = process;
const REPLAY = env['CASSADRA_TEST_SEED'];
const SEEDS = env['CASSADRA_TEST_LONG'] === '1' ? 20_000 : 1_000;

const FAULTS = ['lost', 'answer lost', 'late', 'not sent'];
/** Zero of one of these in all seeds together: the simulation has not tested what it says. */
const MUST_HAVE_HAPPENED = [
  ...['document', 'document listing', 'document unlisting', 'revision'].flatMap((name) =>
    FAULTS.map((fault) => `${name} ${fault}`),
  ),
  ...['document read', 'document serial', 'documents listed', 'revisions read'].map(
    (name) => `${name} lost`,
  ),
  ...['changed', 'differs', 'unknown', 'unavailable', 'killed', 'listed', 'same revision'],
];

test('documents on a simulated Cassandra: every promise is kept', async (t) => {
  if (REPLAY !== undefined) return void (await simulate(Number(REPLAY)));
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      for (const [what, count] of await simulate(seed)) {
        counts.set(what, (counts.get(what) ?? 0) + count);
      }
    } catch (error) {
      const replay = `seed ${seed} (replay: CASSADRA_TEST_SEED=${seed})`;
      throw new Error(`${replay}: ${String(error)}`, { cause: error });
    }
  }
  const summary = [...counts].map(([what, count]) => `${what} ${count}`).sort();
  t.diagnostic(`${SEEDS} seeds: ${summary.join(' · ')}`);
  const missing = MUST_HAVE_HAPPENED.filter((what) => !counts.has(what));
  assert.deepEqual(missing, [], 'happened at least once');
});
