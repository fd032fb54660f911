import type { Subject } from '../../model/subject.js';
import { ownKeyspace } from '../cassadra/own-keyspace.js';
import { runTimerServers, type TimerStorage } from './timer-servers.js';

/** Each timer is a call over HTTP to a receiver in the load process. */
export const timersOnCassandra: Subject = {
  name: 'Cassadra timers, Cassandra',
  start: async (place) => {
    const { env, version, drop } = await ownKeyspace(place, 'bench_timers');
    const open = async (): Promise<TimerStorage> => {
      await drop();
      return { env: { ...env, CREATE_SCHEMA: 'true' }, remove: drop };
    };
    return { ...(await runTimerServers({ open, target: 'http' })), version };
  },
};
