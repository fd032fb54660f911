export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What one run of load has seen. Its window begins after the warm-up. */
export interface LoadResult {
  /** Calls that were answered well. */
  readonly operations: number;
  /** Events (or timers) in them. */
  readonly events: number;
  /** Length of the window. */
  readonly seconds: number;
  /** Its edges on the wall clock, where CPU is to be counted in it alone. */
  readonly window?: { readonly fromMs: number; readonly untilMs: number };
  /** Calls that failed; a run with any is shown with their number. */
  readonly errors: number;
  readonly latencyMs?: Percentiles;
  /** CPU of the processes that made the load, where it is known. */
  readonly loadCpuSeconds?: number;
  /** The store that was measured, where it was filled to a size for it. */
  readonly grown?: Grown;
}

export interface Grown {
  /** What filling it took; CPU is the server's, with that of its start. */
  readonly fillSeconds: number;
  readonly fillCpuSeconds: number;
  /** From the start of a server on it until it is ready. */
  readonly readyMs: number;
  /** On the disk; absent where others share it. */
  readonly dataMiB?: number;
  /** Memory of the servers after the load, without pages of files that are in memory. */
  readonly ownMemoryMiB: number;
}
