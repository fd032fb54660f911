/** Who looks at another tab for a moment is not cut off. */
const HIDDEN_MS = 10_000;

/** Resolves when somebody sees the page, or the signal is aborted: with how long that took. */
export function untilSeen(signal: AbortSignal): Promise<number> {
  if (!document.hidden || signal.aborted) return Promise.resolve(0);
  const beganMs = Date.now();
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve(Date.now() - beganMs);
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}

/** Aborted with `source`, or once nobody has seen the page for a while. `end` ends the watching. */
export function whileSeen(source: AbortSignal): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const abort = (): void => controller.abort();
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(abort, HIDDEN_MS);
  };
  const end = (): void => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    source.removeEventListener('abort', abort);
  };
  source.addEventListener('abort', abort, { once: true });
  document.addEventListener('visibilitychange', look);
  if (source.aborted) abort();
  return { signal: controller.signal, end };
}
