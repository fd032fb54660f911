import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { processVersion } from '../../services/program-version.js';
import { rest, storeRuns } from '../store-library/store-runs.js';
import { unaryOnly } from '../store-library/unary-only.js';
import { installMessageDb } from './install-message-db.js';

/** Functions in PostgreSQL, called through `pg` from the load's process. */
export const messageDb: Subject = {
  name: 'message-db',
  start: async (place) => {
    const postgres = await place.postgres();
    const database = `PostgreSQL ${await processVersion(postgres.pid)}`;
    const load = new URL('load.js', import.meta.url);
    const createStore = async (name: string): Promise<string> => {
      const url = await postgres.createDatabase(`message_db_${name}`);
      await installMessageDb(url);
      return url;
    };
    return {
      version: `${packageVersions('@eventide/message-db')}, ${database}`,
      pids: () => [postgres.pid],
      runs: {
        ...storeRuns(load, createStore),
        rest: (_workload, seconds) => rest(seconds),
      },
      can: unaryOnly,
      stop: () => Promise.resolve(),
    };
  },
};
