import { Latencies } from '../../load/latencies.js';
import { latencyAndCpu } from '../../load/latency-and-cpu.js';
import { wallClockMs } from '../../load/wall-clock.js';
import type { LoadResult } from '../../model/load-result.js';
import type { StoreLibrary } from './store-library.js';

export interface CatchUp {
  /** That there are. */
  readonly events: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/**
 * Reads everything again and again. Warming up and the window are both of whole readings: they are
 * longer than asked for when one takes longer.
 */
export async function catchUp(
  store: StoreLibrary,
  { events, seconds, warmUpSeconds }: CatchUp,
): Promise<LoadResult> {
  await readFor(store, events, warmUpSeconds);
  const cpu = process.cpuUsage();
  const fromMs = wallClockMs();
  const { operations, latencies } = await readFor(store, events, seconds);
  const untilMs = wallClockMs();
  const spent = process.cpuUsage(cpu);
  return {
    ...{ operations, events: operations * events, errors: 0 },
    ...{ seconds: (untilMs - fromMs) / 1000, window: { fromMs, untilMs } },
    ...latencyAndCpu(latencies.percentiles(), spent),
  };
}

interface Readings {
  readonly operations: number;
  readonly latencies: Latencies;
}

/** At least once. */
async function readFor(store: StoreLibrary, events: number, seconds: number): Promise<Readings> {
  const latencies = new Latencies();
  const until = performance.now() + seconds * 1000;
  let operations = 0;
  do {
    const from = performance.now();
    const found = await store.readFollowed();
    if (found !== events) {
      throw new Error(`Read ${String(found)} events, not ${String(events)}.`);
    }
    latencies.add(performance.now() - from);
    operations += 1;
  } while (performance.now() < until);
  return { operations, latencies };
}
