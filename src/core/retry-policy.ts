/** When a failed attempt is followed by another. Times in ms. */
export interface RetryPolicy {
  /** Attempts in all, the first included. Attempts that were lost with their poller are extra. */
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** How often the delay doubles; it stays the same from there on. */
  readonly doublings: number;
  /** From 0 to 1: the part of each delay that is left to chance, taken off it. */
  readonly jitter: number;
  /** No attempt begins when the due time is longer ago; undefined: no limit. */
  readonly maxAgeMs: number | undefined;
}

/** Cassata's: five attempts, waits of 500 ms doubling. */
export const DEFAULT_RETRY: RetryPolicy = {
  attemptsMax: 5,
  firstDelayMs: 500,
  maxDelayMs: 3_600_000,
  doublings: 16,
  jitter: 0,
  maxAgeMs: undefined,
};

/** A hostile or mistaken `Retry-After` must not park an event for ever. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * The wait after the n-th failure (from 1 on). A receiver's wish (`Retry-After`) can only lengthen
 * it, up to `RETRY_AFTER_MAX_MS`. `chance` is from 0 to below 1.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  failures: number,
  chance: number,
  wishMs = 0,
): number {
  const doubled = policy.firstDelayMs * 2 ** Math.min(failures - 1, policy.doublings);
  const planned = Math.min(doubled, policy.maxDelayMs);
  const delayMs = Math.round(planned * (1 - policy.jitter * chance));
  return Math.max(delayMs, Math.min(wishMs, RETRY_AFTER_MAX_MS));
}

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an answer means: 2xx is success; 5xx, 408, 425, 429 are tried again; the rest is final. */
export function meaningOf(status: number): 'success' | 'again' | 'final' {
  if (status >= 200 && status < 300) return 'success';
  const ofServer = status >= 500 && status < 600;
  return ofServer || RETRIED_STATUSES.has(status) ? 'again' : 'final';
}
