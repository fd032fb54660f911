import { useEffect, useState } from 'preact/hooks';
import { parseMetrics, type Metrics } from '../../api/metrics-text.js';
import { useConsole } from '../../app/console-context.js';
import { useEvery } from '../../app/use-every.js';

const INTERVAL_MS = 2_000;
/** Five minutes. */
const KEPT = 150;

export interface Readings {
  /** Oldest first. */
  readonly all: readonly Metrics[];
  readonly latest: Metrics | undefined;
  readonly before: Metrics | undefined;
  readonly error: Error | undefined;
}

/** Readings of the server's metrics, one every two seconds. */
export function useReadings(): Readings {
  const { http } = useConsole();
  const [all, setAll] = useState<readonly Metrics[]>([]);
  const [error, setError] = useState<Error | undefined>(undefined);
  const read = (): void => {
    http.text('/metrics').then(
      (text) => {
        setAll((kept) => [...kept, parseMetrics(text, Date.now())].slice(-KEPT));
        setError(undefined);
      },
      (cause: unknown) => setError(cause instanceof Error ? cause : new Error(String(cause))),
    );
  };
  useEffect(read, []);
  useEvery(INTERVAL_MS, read);
  return { all, latest: all.at(-1), before: all.at(-2), error };
}
