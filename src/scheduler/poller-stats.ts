/** Counts since the poller was made. */
export interface PollerStats {
  /** Attempts whose request was about to be written. */
  readonly fired: number;
  readonly completed: number;
  /** Entries that became FAILED, too old ones included. */
  readonly failed: number;
  readonly retried: number;
  /** Claims of pollers that are gone, found and given up. */
  readonly lost: number;
  /** Claims given back: no request had left. */
  readonly withdrawn: number;
  /** Entries that were late when they were looked at first. */
  readonly late: number;
  /** Attempts whose entry had been cancelled, moved or taken over meanwhile. */
  readonly overtaken: number;
  /** Entries that had to wait since their application is paused. */
  readonly paused: number;
  /** Entries that had to wait for a limit of their application or destination. */
  readonly limited: number;
  /** Faults: an entry's turn ended with an exception. */
  readonly faults: number;
}

export type PollerCounts = { -readonly [Name in keyof PollerStats]: number };

export function newCounts(): PollerCounts {
  return {
    fired: 0,
    completed: 0,
    failed: 0,
    retried: 0,
    lost: 0,
    withdrawn: 0,
    late: 0,
    overtaken: 0,
    paused: 0,
    limited: 0,
    faults: 0,
  };
}
