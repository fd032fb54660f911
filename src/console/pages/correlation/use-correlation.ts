import { useEffect, useState } from 'preact/hooks';
import type { RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { follow } from '../../app/follow.js';

/** What a subscription takes. */
const TYPES_MAX = 100;

export interface Correlation {
  readonly found: readonly RecordedEvent[];
  /** The end of what there was is reached; what comes later is shown, too. */
  readonly done: boolean;
  readonly error: Error | undefined;
  readonly limitedTo: number | undefined;
  readonly stop: () => void;
}

/** The events with a correlation id: the server leaves out the others. */
export function useCorrelation(correlationId: string, stream: string): Correlation {
  const { events, session } = useConsole();
  const [found, setFound] = useState<readonly RecordedEvent[]>([]);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<Error | undefined>(undefined);
  const [limitedTo, setLimitedTo] = useState<number | undefined>(undefined);
  const [over, setOver] = useState(() => new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    setOver(controller);
    const { signal } = controller;
    const run = async (): Promise<void> => {
      const all = session.allEvents ? [] : await events.listTypes(signal);
      if (all.length > TYPES_MAX) setLimitedTo(TYPES_MAX);
      const types = all.slice(0, TYPES_MAX);
      if (!session.allEvents && types.length === 0) {
        setDone(true);
        return;
      }
      await follow(
        events,
        { types, cursor: '', from: 'start', metadata: { correlationId } },
        {
          onEvents: (batch) => setFound((before) => inOrder([...before, ...batch])),
          onCaughtUp: () => setDone(true),
          onTrouble: setError,
        },
        signal,
      );
    };
    run().catch((cause: unknown) => {
      if (!signal.aborted) setError(cause instanceof Error ? cause : new Error(String(cause)));
    });
    return () => controller.abort();
  }, [correlationId, stream, session.allEvents]);
  const stop = (): void => {
    over.abort();
    setDone(true);
  };
  return { found, done, error, limitedTo, stop };
}

/** As they were written; within a stream by version. After a loss some come again. */
function inOrder(events: readonly RecordedEvent[]): RecordedEvent[] {
  const unique = new Map(
    events.map((event) => [`${event.streamId} ${String(event.version)}`, event]),
  );
  return [...unique.values()].sort(
    (one, other) => one.savetimeMs - other.savetimeMs || one.version - other.version,
  );
}
