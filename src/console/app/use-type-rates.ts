import { useEffect, useRef, useState } from 'preact/hooks';
import { typeText, type EventType } from '../api/events.js';
import { missingRole, useConsole } from './console-context.js';
import { follow } from './follow.js';
import { useEvery } from './use-every.js';

/** What a subscription takes. */
const TYPES_MAX = 100;
const TURN_MS = 1_000;
/** Rates are means over so many turns. */
const TURNS = 5;

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
  const counts = useRef(new Map<string, number>());
  const turns = useRef<ReadonlyMap<string, number>[]>([]);
  const [rates, setRates] = useState<ReadonlyMap<string, number>>(new Map());
  const [error, setError] = useState<Error | undefined>(undefined);
  const followed = session.allEvents ? [] : (types ?? []).slice(0, TYPES_MAX);
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
          for (const event of batch) {
            const name = typeText(event);
            counts.current.set(name, (counts.current.get(name) ?? 0) + 1);
          }
        },
      },
      over.signal,
    );
    return () => over.abort();
  }, [key, mayRead, session.allEvents]);
  useEvery(TURN_MS, () => {
    turns.current = [...turns.current, counts.current].slice(-TURNS);
    counts.current = new Map();
    setRates(meanOf(turns.current));
  });
  const isLimited = !session.allEvents && (types?.length ?? 0) > TYPES_MAX;
  return { rates, error, limitedTo: isLimited ? TYPES_MAX : undefined };
}

function meanOf(turns: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const turn of turns) {
    for (const [name, count] of turn) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  const seconds = (turns.length * TURN_MS) / 1_000;
  return new Map([...sums].map(([name, count]) => [name, count / seconds]));
}
