import { AppError, endOf, retryDelayMs, untilEnd, type RetryPolicy } from '../core/index.js';
import type { Components } from '../runtime/index.js';

/** How long a subscription bears a storage that does not answer. */
const PATIENCE_MS = 10_000;

const BACK_OFF: RetryPolicy = {
  attemptsMax: Number.MAX_SAFE_INTEGER,
  firstDelayMs: 50,
  maxDelayMs: 1_000,
  doublings: 5,
  jitter: 0.5,
  maxAgeMs: undefined,
};

export type Patience = Pick<Components, 'clock' | 'timers' | 'random'>;

/**
 * Reads until it succeeds: NOT_READY and UNAVAILABLE are tried again for up to 10 s, then thrown.
 * Anything else, and the end of the call, is thrown at once.
 */
export async function patiently<Result>(
  read: () => Promise<Result>,
  { clock, timers, random }: Patience,
  signal: AbortSignal,
): Promise<Result> {
  let untilMs: number | undefined;
  for (let failures = 1; ; failures += 1) {
    if (signal.aborted) throw endOf(signal);
    try {
      return await untilEnd(read(), signal);
    } catch (error) {
      if (signal.aborted) throw endOf(signal);
      if (!passes(error)) throw error;
      const nowMs = clock.monotonicMs();
      untilMs ??= nowMs + PATIENCE_MS;
      if (nowMs >= untilMs) throw error;
      const delayMs = retryDelayMs(BACK_OFF, failures, random.next());
      await timers.sleep(Math.min(delayMs, untilMs - nowMs), signal);
    }
  }
}

function passes(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return error.code === 'NOT_READY' || error.code === 'UNAVAILABLE';
}
