import type { Subject } from '../../model/subject.js';
import { ownKeyspace } from './own-keyspace.js';
import { runningCassadra, STORE_ENV } from './running-cassadra.js';
import { startServer, type ServerProcess } from './server-process.js';

/** Servers that share a keyspace of their own. CPU and memory are theirs, without Cassandra's. */
export function cassadraOnCassandra(servers: 1 | 2): Subject {
  return {
    name: servers === 1 ? 'Cassadra, Cassandra' : `Cassadra, Cassandra, ${String(servers)} servers`,
    start: async (place) => {
      const { env, version } = await ownKeyspace(place, `cassadra_${String(servers)}`);
      const startEnv = { ...STORE_ENV, ...env };
      const up: ServerProcess[] = [];
      try {
        up.push(await startServer({ env: { ...startEnv, CREATE_SCHEMA: 'true' } }));
        while (up.length < servers) up.push(await startServer({ env: startEnv }));
      } catch (error) {
        await Promise.all(up.map((server) => server.stop('SIGKILL')));
        throw error;
      }
      return runningCassadra({ version, servers: up, startEnv });
    },
  };
}
