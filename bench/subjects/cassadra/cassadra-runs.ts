import { runGhz } from '../../load/ghz.js';
import { runLoad } from '../../load/run-load.js';
import type { Runs } from '../../model/subject.js';
import type { AppendWorkload } from '../../model/workload.js';
import { storegrpcRuns } from '../original/storegrpc-runs.js';
import type { StoreInput } from '../store-library/store-input.js';
import { rest, storeRuns, type CreateStore } from '../store-library/store-runs.js';
import { appendCall, GHZ_SPACE } from './append-call.js';
import { encodeLocation } from './location.js';

const CLIENT_LOAD = new URL('load.js', import.meta.url);

/**
 * The runs on servers that are up. Single appends come from ghz, the others from the client
 * library in a load process: appends on an open call by its pipeline, reads by `read`, catching up
 * and deliveries by `subscribe`. Appends by storegrpc are the first server's, by the very load that
 * the original server gets.
 */
export function cassadraRuns(addresses: readonly string[]): Omit<Runs, 'start'> {
  const byClient = storeRuns(CLIENT_LOAD, spaces(addresses));
  const fill = fillOnce(addresses);
  const byStoregrpc = storegrpcRuns(addresses[0] ?? '');
  return {
    ...byClient,
    append: async (workload, seconds) => {
      if (workload.api === 'storegrpc') return byStoregrpc.append(workload, seconds);
      if (workload.call === 'stream') return byClient.append(workload, seconds);
      await fill(workload);
      return runGhz(appendCall(addresses, workload, seconds));
    },
    rest: (_workload, seconds) => rest(seconds),
  };
}

/**
 * All workloads share the servers' one store. Each is given a space of its own in it, deliveries
 * a new one each time.
 */
function spaces(addresses: readonly string[]): CreateStore {
  let made = 0;
  return (name) => {
    made += 1;
    return Promise.resolve(encodeLocation({ addresses, space: `${name}_${String(made)}` }));
  };
}

/** Gives the streams that ghz finds existing their first events. */
function fillOnce(addresses: readonly string[]): (workload: AppendWorkload) => Promise<void> {
  let filled = false;
  const location = encodeLocation({ addresses, space: GHZ_SPACE });
  return async (workload) => {
    if (workload.streams !== 'existing' || filled) return;
    const input = { location, task: 'prepare', workload, seconds: 0 } satisfies StoreInput;
    await runLoad(CLIENT_LOAD, input);
    filled = true;
  };
}
