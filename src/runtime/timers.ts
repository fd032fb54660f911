import { setTimeout as delay } from 'node:timers/promises';

/** Waiting, as a component, so that tests own the time. */
export interface Timers {
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemTimers: Timers = {
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      // aborted: the caller looks at its signal
    }
  },
};
