import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, so that a test can own them. */
export interface ClientTime {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Milliseconds since some moment; never falls. */
  monotonicMs(): number;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}

/** The real time. */
export const systemTime: ClientTime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
