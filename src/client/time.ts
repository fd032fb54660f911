import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, so that a test can own them. */
export interface PollingTime {
  nowMs(): number;
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}

export const systemTime: PollingTime = {
  nowMs: () => Date.now(),
  async sleep(ms, signal) {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
