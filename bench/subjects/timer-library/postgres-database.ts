import type { PostgresService } from '../../services/postgres.js';
import type { TimerDatabase } from './timer-library.js';

/** Opens an empty database of that name on the server. Its input is `databaseUrl`. */
export function postgresDatabase(
  postgres: PostgresService,
  name: string,
): () => Promise<TimerDatabase> {
  return async () => ({
    input: { databaseUrl: await postgres.createDatabase(name) },
    pid: postgres.pid,
    close: () => postgres.dropDatabase(name),
  });
}
