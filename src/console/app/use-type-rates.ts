import { useEffect, useMemo, useState } from 'preact/hooks';
import { SUBSCRIBED_TYPES_MAX, typeText, type EventType } from '../api/events.js';
import { missingRole, useConsole } from './console-context.js';
import { follow } from './follow.js';
import { TypeCounts } from './type-counts.js';
import { useEvery } from './use-every.js';

const TURN_MS = 1_000;

export interface TypeRates {
  /** Events a second, by what the type is called. */
  readonly rates: ReadonlyMap<string, number>;
  readonly error: Error | undefined;
  /** Where the storage does not order all events, only so many types are followed. */
  readonly limitedTo: number | undefined;
}

/** How many events a second come of each type, from now on. */
export function useTypeRates(types: readonly EventType[] | undefined): TypeRates {
  const { events, session } = useConsole();
  const counts = useMemo(() => new TypeCounts(Date.now()), []);
  const [rates, setRates] = useState<ReadonlyMap<string, number>>(new Map());
  const [error, setError] = useState<Error | undefined>(undefined);
  const followed = session.allEvents ? [] : (types ?? []).slice(0, SUBSCRIBED_TYPES_MAX);
  const key = followed.map(({ code }) => code).join();
  const mayRead = missingRole(session, 'read') === undefined;
  useEffect(() => {
    if (!mayRead || (!session.allEvents && followed.length === 0)) return undefined;
    const over = new AbortController();
    void follow(
      events,
      { types: followed, cursor: '', from: 'now' },
      {
        onTrouble: setError,
        onEvents: (batch) => {
          for (const event of batch) counts.add(typeText(event));
        },
        onlyNew: true,
      },
      over.signal,
    );
    return () => over.abort();
  }, [key, mayRead, session.allEvents]);
  useEvery(TURN_MS, () => setRates(counts.turn(Date.now())));
  const isLimited = !session.allEvents && (types?.length ?? 0) > SUBSCRIBED_TYPES_MAX;
  return { rates, error, limitedTo: isLimited ? SUBSCRIBED_TYPES_MAX : undefined };
}
