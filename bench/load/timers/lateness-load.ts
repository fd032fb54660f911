import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../../model/load-result.js';
import { latencyAndCpu } from '../latency-and-cpu.js';
import type { Arrivals } from './arrivals.js';
import type { TimerClient } from './timer-client.js';

export interface LatenessLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Of a poller that gets SIGKILL in the middle of the window. */
  readonly killPid: number | undefined;
}

const AHEAD_MS = 5_000;
/** Timers due before the window, which do not count: the processes are as new as the run. */
const WARM_UP_MS = 5_000;
const TICK_MS = 5;
const PATIENCE_MS = 20_000;
/** With a poller killed: longer than the locks of most schedulers last. */
const PATIENCE_KILL_MS = 75_000;

/**
 * Adds timers at a steady rate until the end of the window, each due 5 s ahead, and waits until
 * those that are due in the window have arrived. Latency: the due time to the arrival.
 */
export async function latenessLoad(
  client: TimerClient,
  arrivals: Arrivals,
  { perSecond, seconds, killPid }: LatenessLoad,
): Promise<LoadResult> {
  const begunMs = Date.now();
  const fromMs = begunMs + AHEAD_MS + WARM_UP_MS;
  const untilMs = fromMs + seconds * 1000;
  if (killPid !== undefined) {
    setTimeout(() => process.kill(killPid, 'SIGKILL'), (fromMs + untilMs) / 2 - begunMs);
  }
  let cpu: NodeJS.CpuUsage | undefined;
  const adding: Promise<unknown>[] = [];
  let failures = 0;
  const add = async (dueMs: number): Promise<void> => {
    try {
      const id = await client.add(dueMs);
      if (dueMs >= fromMs && dueMs < untilMs) arrivals.expect(id, dueMs);
    } catch (error) {
      if (failures === 0) console.error('load: an adding failed:', error);
      failures += 1;
    }
  };
  // by the rate, not by the clock: a load that was held up makes no timer later
  for (let number = 0; Date.now() < untilMs; await sleep(TICK_MS)) {
    if (Date.now() >= fromMs) cpu ??= process.cpuUsage();
    const due = Math.ceil(((Date.now() - begunMs) * perSecond) / 1000);
    for (; number < due; number += 1) {
      adding.push(add(Math.round(begunMs + AHEAD_MS + (number * 1000) / perSecond)));
    }
  }
  const spent = process.cpuUsage(cpu);
  await Promise.all(adding);
  const limitMs = untilMs + (killPid === undefined ? PATIENCE_MS : PATIENCE_KILL_MS);
  await arrivals.untilAll(limitMs);
  const { arrived, early, missing, latencyMs } = arrivals.close(limitMs);
  return {
    ...{ operations: arrived, events: arrived, errors: failures + early + missing, seconds },
    window: { fromMs, untilMs },
    ...latencyAndCpu(latencyMs, spent),
  };
}
