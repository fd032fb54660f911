import { useEffect, useMemo, useState } from 'preact/hooks';
import { asError } from '../../api/as-error.js';
import type { RecordedEvent } from '../../api/events.js';
import { useConsole } from '../../app/console-context.js';
import { useFrames } from '../../app/use-frames.js';
import { FoundEvents } from './found-events.js';
import { isFollowed, searchAll, searchStream, searchTypes } from './search-correlation.js';

export interface Correlation {
  readonly events: readonly RecordedEvent[];
  readonly found: FoundEvents;
  /** `done`: the end of what there was is reached. */
  readonly state: 'searching' | 'done' | 'stopped';
  /** What comes later is shown, too. */
  readonly followed: boolean;
  readonly error: Error | undefined;
  readonly stop: () => void;
}

/** The events with a correlation id: the server leaves out the others. */
export function useCorrelation(correlationId: string, stream: string): Correlation {
  const { events: api, session } = useConsole();
  const found = useMemo(() => new FoundEvents(), [correlationId]);
  const [events, setEvents] = useState<readonly RecordedEvent[]>([]);
  const [state, setState] = useState<Correlation['state']>('searching');
  const [followed, setFollowed] = useState(true);
  // of what is followed: it is over when that goes on
  const [trouble, setTrouble] = useState<Error | undefined>(undefined);
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const over = useMemo(() => new AbortController(), [correlationId, stream, session.allEvents]);
  const draw = useFrames(() => setEvents(found.inOrder()));
  useEffect(() => {
    const { signal } = over;
    const onEvents = (batch: readonly RecordedEvent[]): void => {
      found.add(batch);
      draw();
    };
    const onCaughtUp = (): void => {
      if (!signal.aborted) setState('done');
    };
    const search = {
      ...{ api, correlationId, signal },
      followed: { onEvents, onCaughtUp, onTrouble: setTrouble },
    };
    const inStore = async (): Promise<void> => {
      if (session.allEvents) {
        await searchAll(search);
        return;
      }
      const types = await api.listTypes(signal);
      setFollowed(isFollowed(types));
      await searchTypes(search, types);
    };
    const run = (work: Promise<void>): void => {
      work.catch((cause: unknown) => {
        if (!signal.aborted) setFailure(asError(cause));
      });
    };
    setState('searching');
    setFailure(undefined);
    run(inStore());
    if (stream !== '') run(searchStream(search, stream));
    return () => over.abort();
  }, [over]);
  const stop = (): void => {
    over.abort();
    setState('stopped');
  };
  return { events, found, state, followed, error: failure ?? trouble, stop };
}
