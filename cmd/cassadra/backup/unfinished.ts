import { rmSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Removes what is unfinished when the program is told to stop, until the answer is called. The
 * signal then ends the program itself: an exit would wait for the copy that is under way.
 */
export function removedOnSignals(path: string): () => void {
  const ending = SIGNALS.map((signal) => {
    const end = (): void => {
      rmSync(path, { recursive: true, force: true });
      process.kill(process.pid, signal);
    };
    process.once(signal, end);
    return { signal, end };
  });
  return () => {
    for (const { signal, end } of ending) process.removeListener(signal, end);
  };
}
