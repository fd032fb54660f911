import { storeRuns, type CreateStore } from '../store-library/store-runs.js';
import type { Runs } from '../../model/subject.js';
import { encodeOriginalLocation } from './original-location.js';
import { storegrpcAppendNew } from './storegrpc-append-new.js';

const LOAD = new URL('load.js', import.meta.url);
const FIRST_TYPE = 1_000;

/**
 * The runs on a server that speaks storegrpc, the original one or Cassadra: appends to new streams
 * come from ghz, all else from a client in a load process.
 */
export function storegrpcRuns(
  address: string,
): Required<Pick<Runs, 'append' | 'load' | 'catch-up'>> {
  const { append, load, 'catch-up': catchUp } = storeRuns(LOAD, spaces(address));
  return {
    append: (workload, seconds) =>
      workload.streams === 'new'
        ? storegrpcAppendNew(address, workload, seconds)
        : append(workload, seconds),
    load,
    'catch-up': catchUp,
  };
}

/** All workloads share the one store; each has streams and a type of its own in it. */
function spaces(address: string): CreateStore {
  let made = 0;
  return (name) => {
    made += 1;
    const location = { address, space: `${name}${String(made)}`, followedType: FIRST_TYPE + made };
    return Promise.resolve(encodeOriginalLocation(location));
  };
}
