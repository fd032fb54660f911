import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CallLimits } from '../../../src/core/index.js';
import { LimitSimulation, type LimitProfile } from './limit-simulation.js';

const SEEDS = Number(process.env['SEEDS'] ?? 3);
const CALM = { unknown: 0, unavailable: 0 };
const USUAL: LimitProfile = {
  pollers: 3,
  limits: {},
  overMs: 20_000,
  trouble: CALM,
  deaths: 0,
  pauses: 0,
  pauseMs: [10, 3_000],
  demand: 50,
  callMs: [5, 200],
};
const TROUBLED: Partial<LimitProfile> = {
  trouble: { unknown: 0.05, unavailable: 0.05 },
  deaths: 2,
  pauses: 2,
  overMs: 40_000,
};

async function run(seed: number, rest: Partial<LimitProfile>): Promise<LimitSimulation> {
  const simulation = new LimitSimulation(seed, { ...USUAL, ...rest });
  await simulation.run();
  return simulation;
}

describe('a rate that pollers share', () => {
  for (const ratePerSecond of [1, 7, 100]) {
    test(`${ratePerSecond} a second: never more, and nearly as many`, async () => {
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const { begun, mostInASecond } = await within(seed, { limits: { ratePerSecond } });
        assert.ok(mostInASecond <= ratePerSecond, `${mostInASecond}, seed ${seed}`);
        const wanted = ratePerSecond * 20 * 0.85;
        assert.ok(begun >= wanted, `${begun} in 20 s, seed ${seed}`);
      }
    });
  }

  test('a fraction: the sum is right', async () => {
    const { begun } = await within(1, { limits: { ratePerSecond: 2.5 }, overMs: 60_000 });
    assert.ok(begun >= 125 && begun <= 152, `${begun} in 60 s`);
  });

  test('one in ten seconds', async () => {
    const { begun } = await within(1, { limits: { ratePerSecond: 0.1 }, overMs: 100_000 });
    assert.ok(begun >= 9 && begun <= 12, `${begun} in 100 s`);
  });

  test('never more with deaths, pauses and doubtful writes', async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const limits = { ratePerSecond: 1 + (seed % 9) };
      const { mostInASecond } = await within(seed, { ...TROUBLED, limits });
      assert.ok(mostInASecond <= limits.ratePerSecond, `${mostInASecond}, seed ${seed}`);
    }
  });
});

describe('concurrency that pollers share', () => {
  for (const concurrency of [1, 2, 10]) {
    test(`${concurrency} at once: never more, all take part, and it is used`, async () => {
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const simulation = await run(seed, { limits: { concurrency } });
        assert.ok(simulation.mostActive >= concurrency * 0.8, `${simulation.mostActive}`);
        const shares = partsOf(simulation);
        assert.ok(shares.length === 3, `${shares.length} took part, seed ${seed}`);
        assert.ok(Math.min(...shares) >= 0.12, `${shares.join(' ')}, seed ${seed}`);
      }
    });
  }

  test('never more with deaths, pauses and doubtful writes; and it goes on', async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const limits = { concurrency: 1 + (seed % 5) };
      const { begun } = await within(seed, { ...TROUBLED, limits });
      assert.ok(begun >= 40, `${begun} calls in 40 s, seed ${seed}`);
    }
  });

  for (const pauseMs of [
    [2_000, 8_000],
    [8_000, 20_000],
  ] as const) {
    test(`never more when pollers stand still for ${pauseMs.join(' to ')} ms`, async () => {
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const limits = { concurrency: 2 + (seed % 5) };
        await run(seed, { limits, pauses: 3, pauseMs, overMs: 60_000, callMs: [5, 1_000] });
      }
    });
  }

  test('never more while slots lie idle here and are wanted there', async () => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      await run(seed, { limits: { concurrency: 6 }, demand: 6, callMs: [50, 900], overMs: 60_000 });
    }
  });

  test('what dead pollers held is used again after some 10 s', async () => {
    const simulation = new LimitSimulation(3, {
      ...USUAL,
      limits: { concurrency: 4 },
      deaths: 2,
      overMs: 40_000,
    });
    await simulation.run();
    const last = simulation.begun.filter(({ atMs }) => atMs > 25_000).length;
    assert.ok(last > 20, `${last} calls in the last 15 s`);
  });
});

test('what it costs: at most ten reads and writes a second for each poller', async (context) => {
  const all: CallLimits[] = [
    { ratePerSecond: 5 },
    { ratePerSecond: 1_000 },
    { concurrency: 1 },
    { concurrency: 10 },
    { ratePerSecond: 100, concurrency: 2 },
  ];
  for (const limits of all) {
    const { reads, writes } = await run(1, { limits });
    const [readRate, writeRate] = [reads / 60, writes / 60];
    const name = JSON.stringify(limits);
    context.diagnostic(`${name}: ${readRate.toFixed(1)} reads, ${writeRate.toFixed(1)} writes/s`);
    assert.ok(writeRate <= 10, name);
    assert.ok(readRate <= 11, name);
  }
});

test('a rate and concurrency together', async () => {
  const limits = { ratePerSecond: 20, concurrency: 3 };
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const { begun, mostInASecond } = await within(seed, { limits });
    assert.ok(mostInASecond <= 20, `${mostInASecond}`);
    assert.ok(begun > 100, `${begun} in 20 s`);
  }
});

async function within(seed: number, rest: Partial<LimitProfile>) {
  const simulation = await run(seed, rest);
  return { begun: simulation.begun.length, mostInASecond: simulation.mostInASecond() };
}

function partsOf({ begun }: LimitSimulation): number[] {
  const counts = new Map<string, number>();
  for (const { poller } of begun) counts.set(poller, (counts.get(poller) ?? 0) + 1);
  return [...counts.values()].map((count) => count / begun.length);
}
