import type { Subject } from '../../model/subject.js';
import { productVersion } from '../../services/package-version.js';
import { runningCassadra, STORE_ENV } from './running-cassadra.js';
import { startServer } from './server-process.js';

/** One server with the embedded store; each append is flushed before it is answered. */
export const cassadraEmbedded: Subject = {
  name: 'Cassadra, embedded',
  start: async (place) => {
    const env = (dataDir: string) => ({ ...STORE_ENV, STORAGE: 'embedded', DATA_DIR: dataDir });
    const server = await startServer({ env: env(await place.folder('cassadra')) });
    const startEnv = env(await place.folder('cassadra-starts'));
    return runningCassadra({ version: productVersion(), servers: [server], startEnv });
  },
};
