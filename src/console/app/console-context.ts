import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { EventsApi } from '../api/events.js';
import type { HttpClient } from '../api/http-client.js';
import type { Role, Session } from '../api/session.js';
import type { TimersApi } from '../api/timers.js';

/** What every page has. */
export interface Console {
  readonly http: HttpClient;
  readonly events: EventsApi;
  readonly timers: TimersApi;
  readonly session: Session;
  /** Says something in passing, also to who does not see the page. */
  readonly say: (text: string) => void;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new TypeError('a page outside of the console');
  return found;
}

/** Why the caller may not do what wants one of some roles; undefined: the caller may. */
export function missingRole(
  { roles, caller }: Session,
  ...wanted: readonly Role[]
): string | undefined {
  if (wanted.some((role) => roles.has(role))) return undefined;
  return `${caller === '' ? 'You' : caller} would need the role ${wanted.join(' or ')}`;
}
