import { randomBytes } from 'node:crypto';
import { Client } from 'cassandra-driver';
import {
  applySchema,
  CASSANDRA_DEFAULTS,
  openCassandra,
  type CassandraBackend,
  type CassandraSettings,
  type SessionDecorator,
} from '../../src/backends/cassandra/index.js';
import {
  silentLogger,
  systemClock,
  systemComponents,
  type Clock,
  type Components,
} from '../../src/runtime/index.js';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';

/** A keyspace that no other test uses. */
export function freshKeyspace(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

/** Settings for the test Cassandra, or why there is none. */
export async function settingsForTests(
  keyspace: string,
): Promise<{ readonly settings: CassandraSettings } | { readonly skip: string }> {
  const cassandra = await cassandraForTests();
  if ('skip' in cassandra) return cassandra;
  return {
    settings: { ...CASSANDRA_DEFAULTS, contactPoints: [cassandra.contactPoint], keyspace },
  };
}

/** A clock that is off by `offsetMs`, as another machine's may be. */
export function skewedClock(offsetMs: number): Clock {
  return {
    nowMs: () => systemClock.nowMs() + offsetMs,
    monotonicMs: () => systemClock.monotonicMs(),
  };
}

export function componentsForTests(offsetMs = 0): Components {
  return { ...systemComponents(silentLogger), clock: skewedClock(offsetMs) };
}

/** Creates the keyspace once, then opens any number of servers on it. */
export async function createKeyspace(settings: CassandraSettings): Promise<void> {
  await applySchema(settings, silentLogger);
}

export async function openServer(
  settings: CassandraSettings,
  options: { readonly clockOffsetMs?: number; readonly decorate?: SessionDecorator } = {},
): Promise<CassandraBackend> {
  return openCassandra(settings, componentsForTests(options.clockOffsetMs), options.decorate);
}

/** The driver itself, for statements that are not ours. */
export async function rawClient(settings: CassandraSettings): Promise<Client> {
  const client = new Client({
    contactPoints: [...settings.contactPoints],
    localDataCenter: 'datacenter1',
    protocolOptions: { port: Number(settings.contactPoints[0]?.split(':')[1]) },
    socketOptions: { readTimeout: 60_000 },
  });
  await client.connect();
  return client;
}
