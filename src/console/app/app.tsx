import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.js';
import { EventsApi } from '../api/events.js';
import { HttpClient } from '../api/http-client.js';
import { readSession } from '../api/session.js';
import { TimersApi } from '../api/timers.js';
import { Problem } from '../parts/problem.js';
import { AllowedPage } from './allowed-page.js';
import { Connection } from './connection.js';
import { ConsoleContext, type Console } from './console-context.js';
import { Frame } from './frame.js';
import { usePlace } from './path.js';
import { SignIn } from './sign-in.js';
import { tokenStore } from './token-store.js';
import { useLoaded } from './use-loaded.js';
import { useEvery } from './use-every.js';

/** How often a server that is lost is looked for. */
const LOOK_MS = 2_000;
/** How long something that is said in passing stays. */
const SAID_MS = 5_000;

export function App(): JSX.Element {
  const [token, setToken] = useState(tokenStore.read);
  const connection = useMemo(() => new Connection(), []);
  const expired = useRef((): void => undefined);
  const http = useMemo(() => {
    const ended = (error: ApiError | undefined): void => {
      connection.ended(error);
      if (error?.code === 'UNAUTHENTICATED') expired.current();
    };
    return new HttpClient(() => tokenStore.read(), ended);
  }, [connection]);
  const session = useLoaded(`session ${token ?? ''}`, (signal) => readSession(http, signal));
  const isHeld = session.value !== undefined && session.error === undefined && !session.loading;
  // a token may end while a page is open: then it is asked for anew, once
  expired.current = isHeld ? session.reload : () => undefined;
  const lost = useLost(connection, http);
  const signIn = useCallback((text: string) => {
    tokenStore.keep(text);
    setToken(text);
    // the same one may hold now
    session.reload();
  }, []);
  const signOut = useCallback(() => {
    tokenStore.forget();
    setToken(undefined);
  }, []);
  const { error, value } = session;
  if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
    return <SignIn refused={token !== undefined} onToken={signIn} />;
  }
  if (value === undefined) {
    return (
      <main class="alone">
        {error === undefined ? (
          <p role="status">Loading…</p>
        ) : (
          <>
            <Problem error={error} onRetry={session.reload} />
            {token !== undefined && (
              <button type="button" onClick={signOut}>
                Sign out
              </button>
            )}
          </>
        )}
      </main>
    );
  }
  return (
    <Signed
      {...{ http, session: value, lost }}
      onSignOut={token === undefined ? undefined : signOut}
    />
  );
}

interface SignedProps extends Pick<Console, 'http' | 'session'> {
  readonly lost: boolean;
  readonly onSignOut: (() => void) | undefined;
}

function Signed({ http, session, lost, onSignOut }: SignedProps): JSX.Element {
  const place = usePlace();
  const [said, say] = useSaid();
  const value = useMemo<Console>(
    () => ({ http, session, say, events: new EventsApi(http), timers: new TimersApi(http) }),
    [http, session, say],
  );
  return (
    <ConsoleContext.Provider value={value}>
      <Frame {...{ place, session, lost, said, onSignOut }}>
        <AllowedPage place={place} />
      </Frame>
    </ConsoleContext.Provider>
  );
}

/** Whether the server is lost. While it is, it is looked for. */
function useLost(connection: Connection, http: HttpClient): boolean {
  const [lost, setLost] = useState(connection.state === 'lost');
  useEffect(() => connection.watch((state) => setLost(state === 'lost')), [connection]);
  useEvery(LOOK_MS, () => {
    if (connection.state === 'lost') http.text('/health/liveness').catch(() => undefined);
  });
  return lost;
}

function useSaid(): [string, (text: string) => void] {
  const [said, setSaid] = useState({ text: '', turn: 0 });
  const say = useCallback((text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 })), []);
  useEffect(() => {
    if (said.text === '') return undefined;
    const timer = setTimeout(() => setSaid(({ turn }) => ({ text: '', turn })), SAID_MS);
    return () => clearTimeout(timer);
  }, [said.turn]);
  return [said.text, say];
}
