import type { Subject } from '../../model/subject.js';
import { productVersion } from '../../services/package-version.js';
import { runningCassadra, STORE_ENV } from './running-cassadra.js';
import { startServer, type ServerProcess } from './server-process.js';

/** Servers that share a keyspace of their own. CPU and memory are theirs, without Cassandra's. */
export function cassadraOnCassandra(servers: 1 | 2): Subject {
  return {
    name: servers === 1 ? 'Cassadra, Cassandra' : `Cassadra, Cassandra, ${String(servers)} servers`,
    start: async (place) => {
      const { hosts, version: cassandra } = await place.cassandra();
      const startEnv = {
        ...STORE_ENV,
        STORAGE: 'cassandra',
        CASSANDRA_HOSTS: hosts,
        CASSANDRA_KEYSPACE: `cassadra_${String(servers)}`,
      };
      const up: ServerProcess[] = [];
      try {
        up.push(await startServer({ env: { ...startEnv, CREATE_SCHEMA: 'true' } }));
        while (up.length < servers) up.push(await startServer({ env: startEnv }));
      } catch (error) {
        await Promise.all(up.map((server) => server.stop('SIGKILL')));
        throw error;
      }
      const version = `${productVersion()}, Cassandra ${cassandra}`;
      return runningCassadra({ version, servers: up, startEnv });
    },
  };
}
