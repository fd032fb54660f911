import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Draws } from '../../../src/runtime/index.js';
import type { FaultPeriod } from '../history/operation.js';
import type { Fault } from '../world.js';
import { Nemesis } from './nemesis.js';

interface Made {
  readonly nemesis: Nemesis;
  readonly periods: FaultPeriod[];
}

function made(faults: readonly Fault[], seed = 1): Made {
  const periods: FaultPeriod[] = [];
  const nemesis = new Nemesis({
    faults,
    draws: new Draws(seed),
    nowMs: () => performance.now(),
    record: (period) => periods.push(period),
    log: () => {},
    quietMs: { from: 0, to: 1 },
  });
  return { nemesis, periods };
}

function fault(name: string, over: Partial<Fault> = {}): Fault {
  const active = { what: name, target: name, heal: () => Promise.resolve() };
  return { name, takes: 'node', longestMs: 2, inject: () => Promise.resolve(active), ...over };
}

test('goes on beyond its time until every fault has fired', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const { nemesis, periods } = made(names.map((name) => fault(name)));
  await nemesis.run(1, 60_000);
  assert.deepEqual(nemesis.unfired, []);
  assert.deepEqual([...new Set(periods.map((period) => period.fault))].sort(), names);
});

test('a fault that never acts is not counted, and does not hold up the others', async () => {
  const idle: Fault['inject'] = () =>
    Promise.resolve({
      what: 'waits',
      target: undefined,
      acted: () => Promise.resolve(0),
      heal: () => Promise.resolve(),
    });
  const absent = fault('absent', { inject: () => Promise.resolve(undefined) });
  const { nemesis } = made([fault('idle', { inject: idle }), absent, fault('works')]);
  await nemesis.run(1, 100);
  assert.deepEqual(nemesis.unfired, ['idle', 'absent']);
});

test('two at once never take the same, and pairs are counted', async () => {
  const working = new Set<string>();
  const kinds = ['node', 'server', 'clock'] as const;
  const faults = kinds.flatMap((takes) =>
    [1, 2].map((number) =>
      fault(`${takes}-${number}`, {
        takes,
        inject: () => {
          assert.ok(!working.has(takes), `two at once take ${takes}`);
          working.add(takes);
          const heal = (): Promise<void> => {
            working.delete(takes);
            return Promise.resolve();
          };
          return Promise.resolve({ what: takes, target: undefined, heal });
        },
      }),
    ),
  );
  const { nemesis } = made(faults, 3);
  await nemesis.run(200, 10_000);
  assert.ok(nemesis.pairs > 0, 'no pair');
  assert.equal(working.size, 0);
});
