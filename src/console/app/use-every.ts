import { useEffect, useRef } from 'preact/hooks';

/** Calls `run` every so often, while the page is seen. */
export function useEvery(intervalMs: number, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
}
