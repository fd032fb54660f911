import type { LoadResult } from '../../model/load-result.js';
import type { RunningSubject } from '../../model/subject.js';
import { cassadraRuns } from './cassadra-runs.js';
import type { ServerProcess, ServerSettings } from './server-process.js';
import { measureCassadraStarts } from './starts.js';

export interface RunningParts {
  readonly version: string;
  readonly servers: readonly ServerProcess[];
  /** Of the servers that the workload `start` starts. */
  readonly startEnv: ServerSettings['env'];
}

/** Timed events are another subject's business; a call that took a second is in the figures. */
export const STORE_ENV = {
  SCHEDULER_POLLER: 'false',
  LOG_LEVEL: 'warn',
  LOG_CALLS: 'none',
} as const;

export function runningCassadra({ version, servers, startEnv }: RunningParts): RunningSubject {
  const up = servers.map(({ pid }) => pid);
  let starting = false;
  const starts = async (seconds: number): Promise<LoadResult> => {
    starting = true;
    try {
      return await measureCassadraStarts(startEnv, seconds);
    } finally {
      starting = false;
    }
  };
  return {
    version,
    // while others are started, the ones at rest are none of them
    pids: () => (starting ? [] : up),
    runs: {
      ...cassadraRuns(servers.map(({ grpcAddress }) => grpcAddress)),
      start: (_workload, seconds) => starts(seconds),
    },
    can: (workload) =>
      workload.kind !== 'append' || workload.api === undefined || workload.call === 'unary',
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
