import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '../../load/run-load.js';
import type { LoadResult } from '../../model/load-result.js';
import type { Runs } from '../../model/subject.js';
import type { StoreInput, StoreWorkload } from './store-input.js';

/** Longer than 100,000 events take to be written and to come in the reach of readers. */
const PREPARATION_SECONDS = 600;

/** Makes an empty store of that name, in place of an old one; gives its URL or its path. */
export type CreateStore = (name: string) => Promise<string>;

/**
 * The runs of a library, by its load program. Each workload that reads has a store of its own with
 * nothing else in it, prepared at the first run; appends share one. Deliveries begin in an empty
 * store each time.
 */
export function storeRuns(program: URL, createStore: CreateStore): Required<StoreRuns> {
  const stores = new Map<string, Promise<string>>();
  const prepared = new Set<string>();
  const measure = async (workload: StoreWorkload, seconds: number): Promise<LoadResult> => {
    const name = storeOf(workload);
    if (workload.kind === 'delivery') stores.delete(name);
    const location = await (stores.get(name) ?? made(name));
    const input = { location, workload, seconds };
    const preparation = preparationOf(workload);
    if (preparation !== undefined && !prepared.has(preparation)) {
      const task = { ...input, task: 'prepare' } satisfies StoreInput;
      await runLoad(program, task, PREPARATION_SECONDS).catch((error: unknown) => {
        // what it has left behind would be in the way of the next round's
        stores.delete(name);
        throw error;
      });
      prepared.add(preparation);
    }
    return runLoad(program, { ...input, task: 'measure' } satisfies StoreInput);
  };
  const made = (name: string): Promise<string> => {
    const store = createStore(name);
    stores.set(name, store);
    return store;
  };
  return { append: measure, load: measure, 'catch-up': measure, delivery: measure };
}

type StoreRuns = Pick<Runs, 'append' | 'load' | 'catch-up' | 'delivery'>;

function storeOf(workload: StoreWorkload): string {
  const amount = 'events' in workload ? `_${String(workload.events)}` : '';
  return `${workload.kind.replace('-', '_')}${amount}`;
}

function preparationOf(workload: StoreWorkload): string | undefined {
  if (workload.kind === 'delivery') return undefined;
  if (workload.kind !== 'append') return storeOf(workload);
  return workload.streams === 'existing' ? 'existing' : undefined;
}

/** Does nothing for so long. */
export async function rest(seconds: number): Promise<LoadResult> {
  await sleep(seconds * 1000);
  return { operations: 0, events: 0, seconds, errors: 0 };
}
