import { Queue } from 'bullmq';
import { loadInput } from '../../load/load-input.js';
import { PAYLOAD } from '../../load/payload.js';
import { runTimerLoad, type TimerLoadInput } from '../../load/timers/run-timer-load.js';
import { watchWorkers } from '../../load/timers/watch-workers.js';
import type { WorkerPorts } from '../timer-library/timer-library.js';
import { connectionOf, QUEUE, type BullmqInput } from './bullmq-input.js';

const input = loadInput<TimerLoadInput & WorkerPorts & BullmqInput>();
const data = JSON.parse(PAYLOAD) as object;

await runTimerLoad(input, async (arrived) => {
  const unwatch = await watchWorkers(input.workerPorts, arrived);
  const queue = new Queue(QUEUE, { connection: connectionOf(input) });
  await queue.waitUntilReady();
  return {
    add: async (dueMs) => {
      const timestamp = Date.now();
      const { id = '' } = await queue.add('timer', data, { timestamp, delay: dueMs - timestamp });
      return id;
    },
    close: async () => {
      unwatch();
      await queue.close();
    },
  };
});
