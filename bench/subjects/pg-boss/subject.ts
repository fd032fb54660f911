import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { processVersion } from '../../services/program-version.js';
import { postgresDatabase } from '../timer-library/postgres-database.js';
import { runTimerLibrary } from '../timer-library/timer-library.js';

/** Its receiver is the handler in a worker process; no HTTP call is made. */
export const pgBoss: Subject = {
  name: 'pg-boss',
  start: async (place) => {
    const postgres = await place.postgres();
    const running = await runTimerLibrary({
      open: postgresDatabase(postgres, 'pg_boss'),
      workerProgram: new URL('worker.js', import.meta.url),
      loadProgram: new URL('load.js', import.meta.url),
    });
    const database = `PostgreSQL ${await processVersion(postgres.pid)}`;
    return { ...running, version: `${packageVersions('pg-boss')}, ${database}` };
  },
};
