import type { CassandraBackend, CassandraSettings } from '../../src/backends/cassandra/index.js';
import { FaultySession, type Fault } from './faulty-session.js';
import { openServer } from './open-for-tests.js';

/** A server with faults between it and Cassandra. */
export interface FaultyServer {
  readonly backend: CassandraBackend;
  readonly session: FaultySession;
}

/** `choose` decides what happens to each conditional batch. */
export async function openFaulty(
  settings: CassandraSettings,
  choose: () => Fault | undefined,
): Promise<FaultyServer> {
  const sessions: FaultySession[] = [];
  const backend = await openServer(settings, {
    decorate: (inner) => {
      const session = new FaultySession(inner, choose);
      sessions.push(session);
      return session;
    },
  });
  const [session] = sessions;
  if (session === undefined) throw new Error('the session was not decorated');
  return { backend, session };
}
