import { setTimeout as sleep } from 'node:timers/promises';
import { runGhz } from '../../load/ghz.js';
import { runLoad } from '../../load/run-load.js';
import type { LoadResult } from '../../model/load-result.js';
import type { RunningSubject } from '../../model/subject.js';
import type { GrowthWorkload } from '../../model/workload.js';
import { appendCall } from '../cassadra/append-call.js';
import type { GrowthInput } from './growth-input.js';
import { GrownStore, type GrowthStorage } from './grown-store.js';

const LOAD = new URL('load.js', import.meta.url);
const TIMERS_LOAD = new URL('../cassadra-timers/load.js', import.meta.url);
const APPENDS = { streams: 'new', clients: 64, batch: 1 } as const;
const TIMERS_ADDED = { kind: 'timer-add', clients: 64 } as const;
const TIMERS_DUE = { kind: 'timer-lateness', perSecond: 100, kill: false } as const;
/** The measuring looks five times a second. */
const LINGER_MS = 500;

/**
 * For each size a store of its own: its workloads run in it one after the other, then the next one
 * takes its place.
 */
export function runGrowth(open: () => Promise<GrowthStorage>): RunningSubject {
  let size = '';
  let store: GrownStore | undefined;
  const remove = async (): Promise<void> => {
    const old = store;
    store = undefined;
    size = '';
    await old?.remove();
  };
  const grown = async (workload: GrowthWorkload): Promise<GrownStore> => {
    const wanted = `${String(workload.size)} ${workload.of}`;
    if (store !== undefined && size === wanted) return store;
    await remove();
    const next = (store = new GrownStore(await open()));
    await next.grow(workload);
    size = wanted;
    return next;
  };
  const growth = async (workload: GrowthWorkload, seconds: number): Promise<LoadResult> => {
    const it = await grown(workload);
    return it.measure(async (addresses) => {
      const result = await loadOf(workload, addresses, seconds);
      await sleep(LINGER_MS);
      return result;
    });
  };
  return { pids: () => store?.pids ?? [], runs: { growth }, stop: remove };
}

function loadOf(
  workload: GrowthWorkload,
  addresses: readonly string[],
  seconds: number,
): Promise<LoadResult> {
  if (workload.of === 'servers') return runGhz(appendCall(addresses, APPENDS, seconds));
  if (workload.of === 'pending timers') {
    const timers = workload.call === 'timer-add' ? TIMERS_ADDED : TIMERS_DUE;
    const input = { workload: timers, seconds, grpcAddresses: addresses, target: 'http' };
    return runLoad(TIMERS_LOAD, input);
  }
  const [address = ''] = addresses;
  return runLoad(LOAD, { address, task: 'measure', workload, seconds } satisfies GrowthInput);
}
