import assert from 'node:assert/strict';
import type { Client } from 'cassandra-driver';
import type { CqlSession } from '../../src/backends/cassandra/index.js';
import {
  createKeyspace,
  freshKeyspace,
  openServer,
  rawClient,
  settingsForTests,
} from './open-for-tests.js';

/** A keyspace of a test's own, for parts that are put together over the session of one server. */
export interface KeyspaceForTests {
  readonly name: string;
  readonly session: CqlSession;
  /** The driver beside it. */
  readonly raw: Client;
  /** Ends everything and drops the keyspace. */
  close(): Promise<void>;
}

/** Or why there is no Cassandra. */
export async function openKeyspace(): Promise<KeyspaceForTests | { readonly skip: string }> {
  const name = freshKeyspace();
  const found = await settingsForTests(name);
  if ('skip' in found) return found;
  await createKeyspace(found.settings);
  const caught: CqlSession[] = [];
  const backend = await openServer(found.settings, {
    decorate: (session) => {
      caught.push(session);
      return session;
    },
  });
  const [session] = caught;
  assert.ok(session);
  const raw = await rawClient(found.settings);
  const close = async (): Promise<void> => {
    await raw.execute(`DROP KEYSPACE ${name}`);
    await raw.shutdown();
    await backend.close();
  };
  return { name, session, raw, close };
}
