import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '../../load/run-load.js';
import type { TimerWorkload } from '../../load/timers/run-timer-load.js';
import type { LoadResult } from '../../model/load-result.js';
import type { RunningSubject } from '../../model/subject.js';
import { startWorker, type WorkerProcess } from './worker-process.js';

/** An empty database for one run. */
export interface TimerDatabase {
  /** What worker and load need to get at it. */
  readonly input: object;
  /** Of its server. */
  readonly pid: number;
  /** Removes what is in it. */
  close(): Promise<void>;
}

export interface TimerLibrary {
  readonly workerProgram: URL;
  readonly loadProgram: URL;
  readonly open: () => Promise<TimerDatabase>;
}

/** Input of the load program of a library, beside its own. */
export interface WorkerPorts {
  readonly workerPorts: readonly number[];
}

/** The measuring looks five times a second, so workers live a little longer than the load. */
const LINGER_MS = 500;

/**
 * A library whose producer is in the load process and whose handlers are in a worker process. Each
 * run has an empty database and new workers: what others have left would fall on it.
 */
export async function runTimerLibrary(library: TimerLibrary): Promise<RunningSubject> {
  const workers = new Set<WorkerProcess>();
  let database: TimerDatabase | undefined;
  const run = async (workload: TimerWorkload, seconds: number): Promise<LoadResult> => {
    const { workerProgram, loadProgram, open } = library;
    const kill = workload.kind === 'timer-lateness' && workload.kill;
    try {
      database = await open();
      const { input } = database;
      for (let left = kill ? 2 : 1; left > 0; left -= 1) {
        workers.add(await startWorker(workerProgram, input));
      }
      const [first] = workers;
      const killed = kill ? { killPid: first?.pid } : {};
      const workerPorts = [...workers].map(({ port }) => port);
      const loaded = { ...input, workerPorts, workload, seconds, ...killed };
      const result = await runLoad(loadProgram, loaded);
      await sleep(LINGER_MS);
      return result;
    } finally {
      await stop();
    }
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...workers].map((worker) => worker.stop()));
    workers.clear();
    await database?.close();
    database = undefined;
  };
  // says at once when the database cannot be had
  const first = await library.open();
  await first.close();
  return {
    pids: () => [...(database === undefined ? [] : [database]), ...workers].map(({ pid }) => pid),
    runs: { 'timer-add': run, 'timer-fire': run, 'timer-lateness': run },
    stop,
  };
}
