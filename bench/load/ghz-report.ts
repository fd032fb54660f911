import type { LoadResult } from '../model/load-result.js';
import { CallCount, type CountedCall } from './call-count.js';

/** What of a run counts. */
export interface Counted {
  /** Before the window, from the first call on. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly eventsPerCall: number;
}

/** What ghz prints as JSON. */
interface Report {
  readonly details?: readonly Detail[] | null;
  readonly errorDistribution?: Readonly<Record<string, number>>;
}

interface Detail {
  /** When the call ended. */
  readonly timestamp: string;
  /** In ns. */
  readonly latency: number;
  readonly status: string;
}

/** ghz keeps no more calls than that apart: what came later is unknown. */
const DETAILS_MAX = 1_000_000;

/**
 * Exact percentiles of the calls that count in the window, of all reports together; see
 * {@link CallCount}.
 */
export function resultOf(reports: readonly string[], counted: Counted): LoadResult {
  const { warmUpSeconds, seconds, eventsPerCall } = counted;
  const calls = reports.map((report) => callsOf(report, eventsPerCall));
  // from when on all of them were at work
  const begunMs = Math.max(...calls.map(firstMs));
  if (!Number.isFinite(begunMs)) throw new Error('ghz has made no calls');
  const fromMs = begunMs + warmUpSeconds * 1000;
  const untilMs = Math.min(fromMs + seconds * 1000, ...calls.map(knownUntilMs));
  const count = new CallCount(fromMs, untilMs);
  for (const call of calls.flat()) count.add(call);
  return {
    ...count.result(),
    ...{ seconds: (untilMs - fromMs) / 1000, window: { fromMs, untilMs } },
  };
}

function callsOf(text: string, eventsPerCall: number): CountedCall[] {
  const { details, errorDistribution = {} } = JSON.parse(text) as Report;
  const [why] = Object.keys(errorDistribution);
  if (why !== undefined) console.error(`ghz: calls failed: ${why}`);
  return (details ?? []).map(({ timestamp, latency, status }) => {
    const endedMs = Date.parse(timestamp);
    const events = status === 'OK' ? eventsPerCall : undefined;
    return { begunMs: endedMs - latency / 1e6, endedMs, events };
  });
}

function firstMs(calls: readonly CountedCall[]): number {
  return calls.reduce((first, { begunMs }) => Math.min(first, begunMs), Infinity);
}

function knownUntilMs(calls: readonly CountedCall[]): number {
  return calls.length < DETAILS_MAX ? Infinity : (calls.at(-1)?.endedMs ?? Infinity);
}
