import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies } from '../../load/latencies.js';
import { latencyAndCpu } from '../../load/latency-and-cpu.js';
import type { LoadResult } from '../../model/load-result.js';
import type { StoreLibrary } from './store-library.js';
import { followedStream } from './streams.js';

export interface Delivery {
  readonly perSecond: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const LATE_MS = 10_000;

/**
 * Appends an event at each of its times, whatever has become of those before, and waits for all at
 * the reader. Latency: from the moment when the append was due to the reader's handler, in this one
 * process. Events that have not come 10 s after the last append are errors, with the latency that
 * they have by then.
 */
export async function deliver(
  store: StoreLibrary,
  { perSecond, seconds, warmUpSeconds }: Delivery,
): Promise<LoadResult> {
  /** Stream → when it was due. */
  const underWay = new Map<string, number>();
  const lost: number[] = [];
  const latencies = new Latencies();
  let from = Number.POSITIVE_INFINITY;
  let arrived = 0;
  const following = await store.follow?.(perSecond, (stream) => {
    const due = underWay.get(stream);
    if (due === undefined || !underWay.delete(stream) || due < from) return;
    arrived += 1;
    latencies.add(performance.now() - due);
  });
  const append = (number: number, due: number): void => {
    const stream = followedStream(`${String(process.pid)}.${String(number)}`);
    underWay.set(stream, due);
    store.append(stream, 1, 'none').catch((error: unknown) => {
      if (lost.length === 0) console.error('delivery: an append failed:', error);
      if (underWay.delete(stream)) lost.push(due);
    });
  };
  const began = performance.now();
  from = began + warmUpSeconds * 1000;
  const until = from + seconds * 1000;
  let cpu: NodeJS.CpuUsage | undefined;
  for (let number = 0; performance.now() < until; await sleep(1)) {
    const now = performance.now();
    if (now >= from) cpu ??= process.cpuUsage();
    const count = ((Math.min(now, until) - began) * perSecond) / 1000;
    for (; number < count; number += 1) append(number, began + (number * 1000) / perSecond);
  }
  const spent = process.cpuUsage(cpu);
  while (underWay.size > 0 && performance.now() < until + LATE_MS) await sleep(10);
  lost.push(...underWay.values());
  for (const due of lost) if (due >= from) latencies.add(until + LATE_MS - due);
  await following?.stop();
  const fromMs = performance.timeOrigin + from;
  return {
    ...{ operations: arrived, events: arrived, seconds, errors: lost.length },
    window: { fromMs, untilMs: fromMs + seconds * 1000 },
    ...latencyAndCpu(latencies.percentiles(), spent),
  };
}
