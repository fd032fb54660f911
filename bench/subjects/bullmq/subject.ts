import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { programVersion } from '../../services/program-version.js';
import { runTimerLibrary, type TimerDatabase } from '../timer-library/timer-library.js';
import type { BullmqInput } from './bullmq-input.js';

/** Delayed jobs. Its receiver is the handler in a worker process; no HTTP call is made. */
export const bullmq: Subject = {
  name: 'BullMQ on Redis',
  start: async (place) => {
    const open = async (): Promise<TimerDatabase> => {
      const redis = await place.redis();
      const input: BullmqInput = { redisPort: redis.port };
      return { input, pid: redis.pid, close: () => redis.stop() };
    };
    const running = await runTimerLibrary({
      open,
      workerProgram: new URL('worker.js', import.meta.url),
      loadProgram: new URL('load.js', import.meta.url),
    });
    const database = `Redis ${await programVersion('redis-server')}`;
    return { ...running, version: `${packageVersions('bullmq')}, ${database}` };
  },
};
