import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../../model/load-result.js';
import type {
  TimerAddWorkload,
  TimerFireWorkload,
  TimerLatenessWorkload,
} from '../../model/workload.js';
import { closedLoop } from '../closed-loop.js';
import { Arrivals } from './arrivals.js';
import { fireLoad } from './fire-load.js';
import { latenessLoad } from './lateness-load.js';
import type { OpenTimerClient } from './timer-client.js';

export type TimerWorkload = TimerAddWorkload | TimerFireWorkload | TimerLatenessWorkload;

/** Input of a load program for timers, beside what its scheduler needs. */
export interface TimerLoadInput {
  readonly workload: TimerWorkload;
  readonly seconds: number;
  /** Of the poller that a run with a kill kills. */
  readonly killPid?: number;
}

/** None of them is due while they are added. */
const FAR_AHEAD_MS = 24 * 3_600_000;
/** The processes are as new as the run. */
const WARM_UP_SECONDS = 5;

const CLOSE_MS = 5_000;

/** The whole of a load program for timers: runs it and prints the result. */
export async function runTimerLoad(input: TimerLoadInput, open: OpenTimerClient): Promise<void> {
  const arrivals = new Arrivals();
  const client = await open((id, atMs) => arrivals.record(id, atMs));
  const result = await load(input);
  console.log(JSON.stringify(result));
  // a client may wait for calls that are open, and hold timers and sockets that nobody waits for
  await Promise.race([client.close(), sleep(CLOSE_MS)]);
  process.exit(0);

  async function load({ workload, seconds, killPid }: TimerLoadInput): Promise<LoadResult> {
    if (workload.kind === 'timer-fire') return fireLoad(client, arrivals, workload.timers);
    if (workload.kind === 'timer-lateness') {
      return latenessLoad(client, arrivals, { perSecond: workload.perSecond, seconds, killPid });
    }
    const call = async (): Promise<number> => {
      await client.add(Date.now() + FAR_AHEAD_MS);
      return 1;
    };
    const { clients } = workload;
    return closedLoop({ clients, seconds, warmUpSeconds: WARM_UP_SECONDS, call });
  }
}
