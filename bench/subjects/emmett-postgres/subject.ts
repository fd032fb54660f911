import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { processVersion } from '../../services/program-version.js';
import { rest, storeRuns } from '../store-library/store-runs.js';
import { unaryOnly } from '../store-library/unary-only.js';

/** Emmett is a library: it runs in the load's process. The subject's own is PostgreSQL. */
export const emmettOnPostgres: Subject = {
  name: 'Emmett on PostgreSQL',
  start: async (place) => {
    const postgres = await place.postgres();
    const database = `PostgreSQL ${await processVersion(postgres.pid)}`;
    const load = new URL('load.js', import.meta.url);
    return {
      version: `${packageVersions('@event-driven-io/emmett-postgresql')}, ${database}`,
      pids: () => [postgres.pid],
      runs: {
        ...storeRuns(load, (name) => postgres.createDatabase(`emmett_${name}`)),
        rest: (_workload, seconds) => rest(seconds),
      },
      can: unaryOnly,
      stop: () => Promise.resolve(),
    };
  },
};
