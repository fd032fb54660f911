import type { Subject } from '../../model/subject.js';
import { createKeyspace } from '../../services/create-keyspace.js';
import { productVersion } from '../../services/package-version.js';
import { runTimerServers, type TimerStorage } from './timer-servers.js';

const KEYSPACE = 'bench_timers';

/** Each timer is a call over HTTP to a receiver in the load process. */
export const timersOnCassandra: Subject = {
  name: 'Cassadra timers, Cassandra',
  start: async (place) => {
    const { hosts, version } = await place.cassandra();
    const env = {
      STORAGE: 'cassandra',
      CASSANDRA_HOSTS: hosts,
      CASSANDRA_KEYSPACE: KEYSPACE,
      CREATE_SCHEMA: 'true',
    };
    const drop = (): Promise<void> => createKeyspace(hosts, KEYSPACE, []);
    const open = async (): Promise<TimerStorage> => {
      await drop();
      return { env, remove: drop };
    };
    const running = await runTimerServers({ open, target: 'http' });
    return { ...running, version: `${productVersion()}, Cassandra ${version}` };
  },
};
