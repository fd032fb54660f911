import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomWorld, type Counts } from './random-world.js';

const GIVEN = Number(process.env['CASSADRA_TEST_SEED'] ?? 0);
const LONG = process.env['CASSADRA_TEST_LONG'] === '1';
const SEEDS = GIVEN > 0 ? 1 : LONG ? 500 : 20;
const FIRST_SEED = GIVEN > 0 ? GIVEN : 1;
const STEPS = 80;

for (const feed of ['ordered', 'view'] as const) {
  test(`${feed}: every event once and in order, whoever appends, stops and resumes`, async (t) => {
    const sum: Counts = { events: 0, resumes: 0, eager: 0, repeats: 0 };
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
      const world = new RandomWorld(seed, feed === 'view');
      try {
        await world.run(STEPS);
      } catch (error) {
        throw new Error(`CASSADRA_TEST_SEED=${seed} shows it`, { cause: error });
      }
      for (const key of ['events', 'resumes', 'eager', 'repeats'] as const) {
        sum[key] += world.counts[key];
      }
    }
    t.diagnostic(JSON.stringify(sum));
    assert.ok(sum.events > 0 && sum.resumes > 0);
    if (feed === 'view') assert.ok(sum.eager > 0 && sum.repeats > 0);
  });
}
