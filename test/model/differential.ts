import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import { Kit, type BackendFactory } from '../conformance/event-log/kit.js';
import { Coverage } from './coverage.js';
import { operations } from './operations.js';
import { Run } from './run.js';
import { Side } from './side.js';
import { World } from './world.js';

export interface DifferentialOptions {
  readonly runs: number;
  /** Most operations of a run; half as many on average. */
  readonly length: number;
  readonly timeoutMs: number;
  /**
   * Begins with the runs of this seed, which are among `runs`: where runs are few, chance alone
   * does not bring up everything that has to happen.
   */
  readonly first?: { readonly seed: number; readonly runs: number };
}

const OPEN_TIMEOUT_MS = 180_000;

/** From CASSADRA_TEST_SEED, so that a failure can be played again; else a new one. */
function chooseSeed(): number {
  const given = Number(process.env['CASSADRA_TEST_SEED']);
  return Number.isInteger(given) && given !== 0 ? given : Date.now() % 2_147_483_647;
}

function sampleOf<Item>(
  arbitrary: fc.Arbitrary<Item>,
  { seed, runs }: { readonly seed: number; readonly runs: number },
): [Item][] {
  return fc.sample(arbitrary, { seed, numRuns: runs }).map((item) => [item]);
}

/** An empty memory store, one for each run: it slows down as it fills. */
function openReference(): Kit {
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, systemComponents(silentLogger));
  const kit = new Kit();
  kit.open({ backend, cleanup: () => backend.close() });
  return kit;
}

/** Random runs on a backend and on the memory reference side by side. */
export function exerciseDifferential(
  name: string,
  factory: BackendFactory,
  { runs, length, timeoutMs, first }: DifferentialOptions,
): void {
  describe(`model of ${name}`, () => {
    const other = new Kit();

    before(async () => other.open(await factory()), { timeout: OPEN_TIMEOUT_MS });
    after(() => other.underTest.cleanup(), { timeout: OPEN_TIMEOUT_MS });

    test(`${runs} runs like the memory reference`, { timeout: timeoutMs }, async (t) => {
      const seed = chooseSeed();
      t.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
      const coverage = new Coverage();
      const property = fc.asyncProperty(operations(length), async (steps) => {
        const sides = [new Side(openReference()), new Side(other)] as const;
        for (const side of sides) await side.begin();
        const run = new Run(sides, new World(other), coverage);
        for (const step of steps) await run.step(step);
        coverage.countRun(steps.length);
        await run.compareAll();
      });
      const interruptAfterTimeLimit = timeoutMs - 5_000;
      await fc.assert(property, {
        seed,
        numRuns: runs,
        examples: first ? sampleOf(operations(length), first) : [],
        interruptAfterTimeLimit,
        markInterruptAsFailure: true,
      });
      t.diagnostic(coverage.summary());
      for (const [gap, reason] of Object.entries(other.gaps)) t.diagnostic(`gap ${gap}: ${reason}`);
      coverage.expectComplete(other);
    });
  });
}
