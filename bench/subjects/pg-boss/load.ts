import PgBoss from 'pg-boss';
import { loadInput } from '../../load/load-input.js';
import { PAYLOAD } from '../../load/payload.js';
import { runTimerLoad, type TimerLoadInput } from '../../load/timers/run-timer-load.js';
import { watchWorkers } from '../../load/timers/watch-workers.js';
import type { WorkerPorts } from '../timer-library/timer-library.js';
import { QUEUE, type PgBossInput } from './pg-boss-input.js';

const CONNECTIONS = 32;
/** As long as one attempt of Cassadra may take. */
const EXPIRE_SECONDS = 15;

const input = loadInput<TimerLoadInput & WorkerPorts & PgBossInput>();
const data = JSON.parse(PAYLOAD) as object;

await runTimerLoad(input, async (arrived) => {
  const unwatch = await watchWorkers(input.workerPorts, arrived);
  const boss = new PgBoss({
    connectionString: input.databaseUrl,
    ...{ max: CONNECTIONS, schedule: false, supervise: false, migrate: false },
  });
  boss.on('error', (error) => console.error('pg-boss:', error.message));
  await boss.start();
  return {
    add: async (dueMs) => {
      const startAfter = new Date(dueMs);
      const options = { startAfter, expireInSeconds: EXPIRE_SECONDS };
      const id = await boss.send(QUEUE, data, options);
      if (id === null) throw new Error('pg-boss made no job');
      return id;
    },
    close: async () => {
      unwatch();
      await boss.stop({ graceful: false, wait: false });
    },
  };
});
