import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLinearizable } from './brute-force.js';
import { perturbed } from './perturbed-history.js';
import { Choices, STREAM, trueHistory } from './random-history.js';
import { checkStreams } from './streams.js';

const RUNS = process.env['CASSADRA_TEST_LONG'] === '1' ? 400_000 : 20_000;
/** Of each verdict, so that neither is agreed on by always saying the same. */
const SHARE_MIN = 0.2;

const numbers = fc.array(fc.nat({ max: 0xffff }), { minLength: 80, maxLength: 80 });

/** From CASSADRA_TEST_SEED, so that a failure can be played again; else a new one. */
function chooseSeed(): number {
  const given = Number(process.env['CASSADRA_TEST_SEED']);
  return Number.isInteger(given) && given !== 0 ? given : Date.now() % 2_147_483_647;
}

test('the linear check says what a search through all orders says', (t) => {
  const seed = chooseSeed();
  const counts = { good: 0, bad: 0, goodThoughPerturbed: 0 };
  const found = new Map<string, number>();
  const property = fc.property(numbers, fc.boolean(), (list, isPerturbed) => {
    const choices = new Choices(list);
    const made = trueHistory(choices);
    const record = isPerturbed ? perturbed(made, choices) : made;
    const { violations } = checkStreams(record);
    const isGood = isLinearizable(record, STREAM);
    counts[isGood ? 'good' : 'bad'] += 1;
    if (isGood && isPerturbed) counts.goodThoughPerturbed += 1;
    for (const { check } of violations) found.set(check, (found.get(check) ?? 0) + 1);
    assert.equal(
      violations.length === 0,
      isGood,
      JSON.stringify({ violations, record }, undefined, 1),
    );
  });
  fc.assert(property, { seed, numRuns: RUNS, unbiased: true });
  t.diagnostic(`seed ${seed}: ${JSON.stringify({ ...counts, ...Object.fromEntries(found) })}`);
  assert.ok(Math.min(counts.good, counts.bad) > RUNS * SHARE_MIN, JSON.stringify(counts));
});
