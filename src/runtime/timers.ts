/** Waiting, as a component, so that tests own the time. */
export interface Timers {
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` after `ms`, unless the function that it answers is called before. */
  after(ms: number, run: () => void): () => void;
}

/** All of it from how to call something later. */
export function timersBy(after: Timers['after']): Timers {
  return {
    after,
    // that of node:timers/promises makes an error with its stack for each wait that is cut short
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const end = (): void => {
          cancel();
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const cancel = after(ms, end);
        signal?.addEventListener('abort', end, { once: true });
      }),
  };
}

export const systemTimers: Timers = timersBy((ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
});
