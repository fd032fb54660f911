import { performance } from 'node:perf_hooks';

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
  // that of node:timers/promises makes an error with its stack for each wait that is cut short
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    }),
  random: () => Math.random(),
};
