import { useEffect, useRef } from 'preact/hooks';

/** Runs once a frame at most, however often it is asked for. */
export function useFrames(run: () => void): () => void {
  const latest = useRef(run);
  latest.current = run;
  const asked = useRef<number | undefined>(undefined);
  useEffect(() => () => cancelAnimationFrame(asked.current ?? 0), []);
  return useRef(() => {
    asked.current ??= requestAnimationFrame(() => {
      asked.current = undefined;
      latest.current();
    });
  }).current;
}
