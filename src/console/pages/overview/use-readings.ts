import { useEffect, useRef, useState } from 'preact/hooks';
import { asError } from '../../api/as-error.js';
import { nextLives, parseMetrics, type Life, type Metrics } from '../../api/metrics-text.js';
import { useConsole } from '../../app/console-context.js';
import { useEvery } from '../../app/use-every.js';

const INTERVAL_MS = 2_000;

export interface Readings {
  /** Since the page was opened: one for each time that the server began. */
  readonly lives: readonly Life[];
  readonly latest: Metrics | undefined;
  readonly before: Metrics | undefined;
  readonly error: Error | undefined;
}

const NONE: Readings = { lives: [], latest: undefined, before: undefined, error: undefined };

/** Readings of the server's metrics, one every two seconds. */
export function useReadings(): Readings {
  const { http } = useConsole();
  const [readings, setReadings] = useState(NONE);
  const asking = useRef(false);
  const read = (): void => {
    // a slow server is not asked again before it has answered: readings stay in order
    if (asking.current) return;
    asking.current = true;
    const atMs = Date.now();
    http
      .text('/metrics')
      .then(
        (text) => setReadings((kept) => withNext(kept, parseMetrics(text, atMs))),
        (cause: unknown) => setReadings((kept) => ({ ...kept, error: asError(cause) })),
      )
      .finally(() => {
        asking.current = false;
      });
  };
  useEffect(read, []);
  useEvery(INTERVAL_MS, read);
  return readings;
}

function withNext({ lives, latest }: Readings, next: Metrics): Readings {
  return { lives: nextLives(lives, next), latest: next, before: latest, error: undefined };
}
