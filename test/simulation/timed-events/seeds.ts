import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { History } from '../../../src/runtime/index.js';
import { Simulation } from './simulation.js';

/** Every `step`th from `first` to `last`, both included. */
export interface Seeds {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** What has gone wrong, and how to see it again. */
export class SeedFailed extends Error {
  readonly history: History;

  constructor({ seed, history }: Simulation, cause: unknown) {
    super(`seed ${seed} (replay: CASSADRA_TEST_SEED=${seed}): ${String(cause)}`, { cause });
    this.history = history;
  }
}

/** Runs one seed. Rejects with `SeedFailed`. */
export async function runSeed(seed: number, verbose = false): Promise<Simulation> {
  const simulation = new Simulation(seed, verbose);
  try {
    await simulation.run();
  } catch (error) {
    throw new SeedFailed(simulation, error);
  }
  return simulation;
}

/**
 * Runs many seeds in a thread of its own, where no test runner watches every promise: that takes
 * half the time. Answers how often each thing has happened in all of them together.
 */
export async function runSeeds(seeds: Seeds): Promise<ReadonlyMap<string, number>> {
  const worker = new Worker(import.meta.filename, { workerData: seeds });
  const answer: unknown[] = await once(worker, 'message');
  const [counts] = answer;
  if (counts instanceof Map) return counts;
  throw new TypeError('no counts');
}

function isSeeds(value: unknown): value is Seeds {
  return typeof value === 'object' && value !== null && 'first' in value && 'step' in value;
}

async function countAll({ first, last, step }: Seeds): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let seed = first; seed <= last; seed += step) {
    const { history } = await runSeed(seed);
    for (const [what, count] of history.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  return counts;
}

if (!isMainThread && isSeeds(workerData)) {
  Error.stackTraceLimit = 0; // simulated faults are errors too
  parentPort?.postMessage(await countAll(workerData));
}
