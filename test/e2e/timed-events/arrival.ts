/** One call as the receiver got it. */
export interface Arrival {
  /** Of the header `cassadra-id`: one for each generation of an event. */
  readonly id: string;
  readonly eventId: string;
  readonly attempt: number;
  readonly dueMs: number;
  /** When its request line and headers were there. */
  readonly atMs: number;
  readonly path: string;
}

/**
 * How late first attempts came, ms, rising. `from`: the moment that counts, when it is not the due
 * time.
 */
export function latenessMsOf(
  arrivals: readonly Arrival[],
  from: (arrival: Arrival) => number = ({ dueMs }) => dueMs,
): readonly number[] {
  const first = arrivals.filter(({ attempt }) => attempt === 1);
  return first.map((arrival) => arrival.atMs - from(arrival)).sort((a, b) => a - b);
}

/** The value below which `part` (0 to 1) of the sorted values lie; 0 of none. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** How late, in words. */
export function describeLateness(sorted: readonly number[]): string {
  const at = (part: number): number => quantile(sorted, part);
  const parts = `p50 ${at(0.5)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, max ${at(1)} ms`;
  return `${sorted.length} calls, late by ${parts}`;
}

/** Attempts that arrived more than once; there must be none. */
export function doubledAttempts(arrivals: readonly Arrival[]): readonly string[] {
  const seen = new Set<string>();
  return arrivals
    .map(({ id, eventId, attempt }) => `${eventId} (${id}) attempt ${attempt}`)
    .filter((text) => seen.size === seen.add(text).size);
}
