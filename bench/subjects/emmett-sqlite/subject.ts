import { join } from 'node:path';
import { SubjectUnavailable, type Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { storeRuns } from '../store-library/store-runs.js';
import { unaryOnly } from '../store-library/unary-only.js';

/** A library on a library: all of it runs in the load's process. */
export const emmettOnSqlite: Subject = {
  name: 'Emmett on SQLite',
  start: async (place) => {
    await import('sqlite3').catch((cause: unknown) => {
      throw new SubjectUnavailable('The native part of sqlite3 is missing: npm rebuild sqlite3', {
        cause,
      });
    });
    const load = new URL('load.js', import.meta.url);
    const createStore = async (name: string): Promise<string> =>
      join(await place.folder('emmett-sqlite'), `${name}.db`);
    const { append, load: read, 'catch-up': catchUp } = storeRuns(load, createStore);
    return {
      version: packageVersions('@event-driven-io/emmett-sqlite', 'sqlite3'),
      pids: () => [],
      runs: { append, load: read, 'catch-up': catchUp },
      can: unaryOnly,
      stop: () => Promise.resolve(),
    };
  },
};
