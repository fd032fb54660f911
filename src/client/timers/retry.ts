import type { RetryPolicy } from '../../gen/cassadra/v1/scheduler.js';
import { optionalMs } from '../moment.js';

/** When a failed attempt is followed by another; times in ms. */
export interface TimedEventRetry {
  /** Attempts in all, the first included: 1 to 100 (5). */
  readonly attempts?: number;
  /** Wait after the first failure: from 10 (500). */
  readonly firstDelayMs?: number;
  /** The longest wait (3,600,000). */
  readonly maxDelayMs?: number;
  /** How often the wait doubles: 0 to 30 (16). */
  readonly doublings?: number;
  /** The part of each wait that is left to chance: 0 to 1 (0). */
  readonly jitter?: number;
  /** No attempt begins when the due time is longer ago (no limit). */
  readonly maxAgeMs?: number;
}

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeRetry(retry: TimedEventRetry | undefined): RetryPolicy | undefined {
  if (retry === undefined) return undefined;
  const { attempts, firstDelayMs, maxDelayMs, doublings, jitter, maxAgeMs } = retry;
  return {
    attempts,
    firstDelayMs: optionalMs(firstDelayMs, 'retry.firstDelayMs'),
    maxDelayMs: optionalMs(maxDelayMs, 'retry.maxDelayMs'),
    doublings,
    jitter,
    maxAgeMs: optionalMs(maxAgeMs, 'retry.maxAgeMs'),
  };
}

/** As a caller gets it. */
export function decodeRetry(retry: RetryPolicy | undefined): TimedEventRetry | undefined {
  if (retry === undefined) return undefined;
  const entries = Object.entries(retry).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Number(value)] as const],
  );
  return Object.fromEntries(entries);
}
