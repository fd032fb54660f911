import { makeWorkerUtils } from 'graphile-worker';
import { loadInput } from '../../load/load-input.js';
import { PAYLOAD } from '../../load/payload.js';
import { runTimerLoad, type TimerLoadInput } from '../../load/timers/run-timer-load.js';
import { watchWorkers } from '../../load/timers/watch-workers.js';
import type { WorkerPorts } from '../timer-library/timer-library.js';
import { quietLogger, TASK, type GraphileInput } from './graphile-input.js';

const CONNECTIONS = 32;

const input = loadInput<TimerLoadInput & WorkerPorts & GraphileInput>();
const data = JSON.parse(PAYLOAD) as object;

await runTimerLoad(input, async (arrived) => {
  const unwatch = await watchWorkers(input.workerPorts, arrived);
  const utils = await makeWorkerUtils({
    connectionString: input.databaseUrl,
    maxPoolSize: CONNECTIONS,
    logger: quietLogger,
  });
  return {
    add: async (dueMs) => {
      const { id } = await utils.addJob(TASK, data, { runAt: new Date(dueMs) });
      return id;
    },
    close: async () => {
      unwatch();
      await utils.release();
    },
  };
});
