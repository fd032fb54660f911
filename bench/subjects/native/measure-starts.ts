import { Latencies } from '../../load/latencies.js';
import { wallClockMs } from '../../load/wall-clock.js';
import type { LoadResult } from '../../model/load-result.js';
import { callUntilGood, type FirstCall } from './first-call.js';

/** A server that is started again and again on the same storage. */
export interface Starts {
  /** Resolves when it listens. */
  readonly start: () => Promise<Started>;
  readonly call: FirstCall;
}

export interface Started {
  /** `127.0.0.1:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Latency: from the start of the process to the first good answer. */
export async function measureStarts(starts: Starts, seconds: number): Promise<LoadResult> {
  const latencies = new Latencies();
  const fromMs = wallClockMs();
  let operations = 0;
  let untilMs = fromMs;
  while (untilMs < fromMs + seconds * 1000) {
    latencies.add(await oneStart(starts));
    operations += 1;
    untilMs = wallClockMs();
  }
  const latencyMs = latencies.percentiles();
  return {
    ...{ operations, events: operations, errors: 0 },
    ...{ seconds: (untilMs - fromMs) / 1000, window: { fromMs, untilMs } },
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

async function oneStart({ start, call }: Starts): Promise<number> {
  const begunMs = performance.now();
  const server = await start();
  try {
    await callUntilGood(server.address, call);
    return performance.now() - begunMs;
  } finally {
    await server.stop();
  }
}
