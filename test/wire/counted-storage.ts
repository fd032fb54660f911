import type { Backend } from '../../src/storage/index.js';

/** What the scheduler keeps, and how often somebody has tried to change it. */
export interface CountedStorage extends Pick<Backend, 'timedEvents' | 'documents'> {
  readonly changes: number;
}

export function countedStorage({ timedEvents, documents }: Backend): CountedStorage {
  let changes = 0;
  return {
    timedEvents: {
      find: (key) => timedEvents.find(key),
      list: (query) => timedEvents.list(query),
      countPending: (application) => timedEvents.countPending(application),
      openQueue: (poller) => timedEvents.openQueue(poller),
      change: (change, signal) => {
        changes += 1;
        return timedEvents.change(change, signal);
      },
    },
    documents: {
      find: (key) => documents.find(key),
      list: (query) => documents.list(query),
      revision: (scope) => documents.revision(scope),
      change: (change, signal) => {
        changes += 1;
        return documents.change(change, signal);
      },
    },
    get changes() {
      return changes;
    },
  };
}
