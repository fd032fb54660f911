import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { storeRuns } from '../store-library/store-runs.js';
import { unaryOnly } from '../store-library/unary-only.js';

/** What LMDB gives: the rows of an event store, written and read in the load's process. */
export const rawLmdb: Subject = {
  name: 'raw LMDB',
  start: (place) => {
    const load = new URL('load.js', import.meta.url);
    const createStore = (name: string): Promise<string> => place.folder(`lmdb-${name}`);
    const { append, load: read, 'catch-up': catchUp } = storeRuns(load, createStore);
    return Promise.resolve({
      version: packageVersions('lmdb'),
      pids: () => [],
      runs: { append, load: read, 'catch-up': catchUp },
      can: unaryOnly,
      stop: () => Promise.resolve(),
    });
  },
};
