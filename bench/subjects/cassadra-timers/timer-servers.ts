import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '../../load/run-load.js';
import type { TimerWorkload } from '../../load/timers/run-timer-load.js';
import type { LoadResult } from '../../model/load-result.js';
import type { RunningSubject } from '../../model/subject.js';
import { startServer, type ServerProcess } from '../cassadra/server-process.js';

/** An empty storage for one run. */
export interface TimerStorage {
  /** Of each server: where it is. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

export interface TimerServers {
  readonly open: () => Promise<TimerStorage>;
  readonly target: 'http' | 'append';
}

const LOAD = new URL('load.js', import.meta.url);
/** Until two servers have shared out the work. */
const SHARING_MS = 5_000;
/** The measuring looks five times a second, so servers live a little longer than the load. */
const LINGER_MS = 500;
const ENV = {
  CALLBACK_ALLOW_CIDRS: '127.0.0.0/8',
  // a wave that takes longer than 10 s is measured too, not held back
  CATCH_UP_PER_SECOND: '100000',
};

/**
 * For each run a new server that fires by itself, on an empty storage; for the runs with a kill
 * two. Timers are added through all of them.
 */
export async function runTimerServers({ open, target }: TimerServers): Promise<RunningSubject> {
  const servers = new Set<ServerProcess>();
  const stop = async (): Promise<void> => {
    // nothing that it would do at an orderly end is needed
    await Promise.all([...servers].map((server) => server.stop('SIGKILL')));
    servers.clear();
  };
  const withServers = async <T>(count: number, use: () => Promise<T>): Promise<T> => {
    const storage = await open();
    try {
      const env = { ...ENV, ...storage.env };
      while (servers.size < count) servers.add(await startServer({ env }));
      return await use();
    } finally {
      await stop();
      await storage.remove();
    }
  };
  const run = (workload: TimerWorkload, seconds: number): Promise<LoadResult> => {
    const kill = workload.kind === 'timer-lateness' && workload.kill;
    return withServers(kill ? 2 : 1, async () => {
      if (kill) await sleep(SHARING_MS);
      const [first] = servers;
      const killed = kill ? { killPid: first?.pid } : {};
      const grpcAddresses = [...servers].map(({ grpcAddress }) => grpcAddress);
      const result = await runLoad(LOAD, { workload, seconds, grpcAddresses, target, ...killed });
      await sleep(LINGER_MS);
      return result;
    });
  };
  // says at once when they cannot be had
  await withServers(1, () => Promise.resolve());
  return {
    pids: () => [...servers].map(({ pid }) => pid),
    runs: { 'timer-add': run, 'timer-fire': run, 'timer-lateness': run },
    stop,
  };
}
