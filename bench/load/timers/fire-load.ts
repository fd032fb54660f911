import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../../model/load-result.js';
import { latencyAndCpu } from '../latency-and-cpu.js';
import type { Arrivals } from './arrivals.js';
import type { TimerClient } from './timer-client.js';

const IN_FLIGHT = 64;
/** They tell how long adding takes; nobody waits for them to fire. */
const PROBES = 256;
const FAR_AHEAD_MS = 24 * 3_600_000;
/** That fire before: the processes are as new as the run. They do not count. */
const WARM_UP_TIMERS = 500;
/** Between the last adding and the due time: what adding has left behind is done by then. */
const QUIET_MS = 2_000;
const PATIENCE_MS = 60_000;
const TRIES = 3;

/**
 * Adds timers that are all due at one moment, early enough, and waits until the last has arrived.
 * Latency: the moment to the arrival.
 */
export async function fireLoad(
  client: TimerClient,
  arrivals: Arrivals,
  timers: number,
): Promise<LoadResult> {
  const probe = await addAll(client, PROBES, Date.now() + FAR_AHEAD_MS);
  const warmUp = await addInTime(client, WARM_UP_TIMERS, probe.tookMs / PROBES);
  await untilFired(arrivals, warmUp);
  const added = await addInTime(client, timers, warmUp.tookMs / WARM_UP_TIMERS);
  return untilFired(arrivals, added);
}

interface Added {
  readonly ids: readonly string[];
  readonly failures: number;
  readonly tookMs: number;
  readonly dueMs: number;
}

/** So that all are added some time before they are due. */
async function addInTime(client: TimerClient, timers: number, eachMs: number): Promise<Added> {
  let aheadMs = eachMs * timers * 1.5 + 2 * QUIET_MS;
  for (let round = 1; round <= TRIES; round += 1) {
    const added = await addAll(client, timers, Math.ceil(Date.now() + aheadMs));
    if (Date.now() < added.dueMs - QUIET_MS / 2) return added;
    // too late for a fair start: these are left to fire, and the next ones get more time
    await sleep(aheadMs);
    aheadMs *= 2;
  }
  throw new Error(`${String(timers)} timers could not be added before they were due`);
}

async function untilFired(arrivals: Arrivals, added: Added): Promise<LoadResult> {
  const { ids, dueMs, failures } = added;
  for (const id of ids) arrivals.expect(id, dueMs);
  await sleep(Math.max(0, dueMs - Date.now()));
  const cpu = process.cpuUsage();
  const limitMs = dueMs + PATIENCE_MS;
  await arrivals.untilAll(limitMs);
  const spent = process.cpuUsage(cpu);
  const { lastMs } = arrivals;
  const { arrived, early, missing, latencyMs } = arrivals.close(limitMs);
  const untilMs = missing === 0 ? Math.max(dueMs, lastMs) : limitMs;
  return {
    ...{ operations: arrived, events: arrived, errors: failures + early + missing },
    ...{ seconds: (untilMs - dueMs) / 1000, window: { fromMs: dueMs, untilMs } },
    ...latencyAndCpu(latencyMs, spent),
  };
}

async function addAll(client: TimerClient, count: number, dueMs: number): Promise<Added> {
  const begun = performance.now();
  const ids: string[] = [];
  let failures = 0;
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      try {
        ids.push(await client.add(dueMs));
      } catch (error) {
        if (failures === 0) console.error('load: an adding failed:', error);
        failures += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return { ids, failures, tookMs: performance.now() - begun, dueMs };
}
