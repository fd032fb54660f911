import { AppError, requireUuid } from '../../core/index.js';
import type { Components, Logger } from '../../runtime/index.js';
import type { Backend } from '../../storage/index.js';
import { levelWarnings, readLevel, requireConsistent } from './consistency.js';
import { connect, driverSession, type Connection } from './connection.js';
import { showDriver } from './driver-metrics.js';
import type { CqlSession } from './cql-session.js';
import { cqlDocumentTables, Documents } from './documents/index.js';
import { createEventLog } from './event-log.js';
import { EventTypes } from './event-types.js';
import { Feed } from './feed/index.js';
import { HealthCheck } from './health.js';
import { measuredSession } from './measured-session.js';
import { agreeOnSerialConsistency, applyCql, checkSchema, type SchemaFacts } from './schema.js';
import type { CassandraSettings } from './settings.js';
import { statementsFor, type Statements } from './statements.js';
import { StreamDirectory } from './stream-directory.js';
import { StreamHeads } from './stream-heads.js';
import { cqlTimedTables, StorageClock, TimedEvents } from './timed-events/index.js';

export type { CqlSession, Page, PageRequest, Route, Row, Statement } from './cql-session.js';
export { diagnoseCassandra } from './diagnosis.js';
export { schemaText, type SchemaFile } from './schema.js';
export * from './settings.js';
export * from './tls.js';
// For the simulation, which stands in for the tables and drives everything above them.
export {
  cqlDocumentTables,
  Documents,
  type DocumentListings,
  type DocumentRevisions,
  type DocumentRow,
  type DocumentRows,
  type DocumentTables,
  type DocumentWrite,
  type ListingSpan,
} from './documents/index.js';
export {
  cqlTimedTables,
  StorageClock,
  TimedEvents,
  type EntryTable,
  type ListTables,
  type Notice,
  type NoticeTables,
  type Shard,
  type ShardTables,
  type TimedTables,
} from './timed-events/index.js';

/** The driver waits longer than the server, so that the server's answer is the one that counts. */
const ABOVE_SERVER_TIMEOUT_MS = 500;
const PUBLISHING_TIME_MS = 1_500;

export interface CassandraBackend extends Backend {
  /** Appends that left the feed register before the view showed them, since the start. */
  feedGapRisks(): number;
}

/** For tests: puts something between the backend and the driver. */
export type SessionDecorator = (session: CqlSession) => CqlSession;

/** Creates or upgrades keyspace, tables and view. Answers the files it has applied. */
export async function applySchema(settings: CassandraSettings, logger: Logger): Promise<string[]> {
  const { client } = await connect(settings, logger);
  try {
    return await applyCql(client, settings);
  } finally {
    await client.shutdown();
  }
}

/**
 * Connects, checks the schema, starts the feed. Rejects when no node answers or the schema is not
 * what it must be; the caller tries again.
 */
export async function openCassandra(
  settings: CassandraSettings,
  components: Components,
  decorate: SessionDecorator = (session) => session,
): Promise<CassandraBackend> {
  requireConsistent(settings);
  const connection = await connect(settings, components.logger);
  try {
    if (settings.createSchema) await applyCql(connection.client, settings);
    const facts = await checkSchema(connection.client, settings);
    await agreeOnSerialConsistency(connection.client, settings);
    const warnings = [...facts.warnings, ...levelWarnings(settings, facts.dataCentres)];
    for (const warning of warnings) components.logger.warn({}, warning);
    return await assemble({ settings, connection, facts, decorate }, components);
  } catch (error) {
    await connection.client.shutdown();
    throw error;
  }
}

interface AssembledParts {
  readonly settings: CassandraSettings;
  readonly connection: Connection;
  readonly facts: SchemaFacts;
  readonly decorate: SessionDecorator;
}

function sessionOf(parts: AssembledParts, conditionalTimeoutMs: number): CqlSession {
  const { settings, connection, facts, decorate } = parts;
  return decorate(
    driverSession(connection.client, {
      keyspace: settings.keyspace,
      localDataCenter: connection.localDataCenter,
      read: readLevel(settings, facts.dataCentres),
      write: settings.writeConsistency,
      serial: settings.serialConsistency,
      conditionalTimeoutMs,
    }),
  );
}

async function assemble(parts: AssembledParts, components: Components): Promise<CassandraBackend> {
  const { settings, connection, facts } = parts;
  const { keyspace } = settings;
  const conditionalTimeoutMs = facts.serverWriteTimeoutMs + ABOVE_SERVER_TIMEOUT_MS;
  const session = measuredSession(sessionOf(parts, conditionalTimeoutMs), components);
  requireFeedDelay(settings.feedDelayMs, conditionalTimeoutMs);
  const statements = statementsFor(keyspace, facts.viewIsComplete);
  const heads = new StreamHeads(session, statements);
  const directory = new StreamDirectory({ session, statements, heads }, keyspace, components);
  const feed = feedOf(session, { ...parts, statements, conditionalTimeoutMs }, components);
  await feed.start();
  const storageClock = new StorageClock(components.clock);
  const { maxClockSkewMs } = settings;
  const health = new HealthCheck(connection.client, { maxClockSkewMs, storageClock }, components);
  await health.start();
  const timedEvents = new TimedEvents(
    {
      tables: cqlTimedTables(session, keyspace, components.timers),
      shards: settings.timedEventShards,
      storageClock,
      healthy: () => health.health().kind === 'ready',
    },
    components,
  );
  await timedEvents.start();
  const forgetDriver = showDriver(connection.client, components.metrics);
  const documents = new Documents(cqlDocumentTables(session, keyspace), storageClock, components);
  return {
    name: 'cassandra',
    capabilities: { feed: 'view', durable: true },
    eventLog: createEventLog(
      { session, statements, heads, directory, feed, viewIsComplete: facts.viewIsComplete },
      {
        eventsMax: settings.appendEventsMax,
        bytesMax: settings.appendBytesMax,
        idWindow: settings.idWindow,
      },
      components,
    ),
    streams: directory,
    eventTypes: new EventTypes(session, keyspace),
    timedEvents,
    documents,
    health: () => health.health(),
    feedGapRisks: () => feed.gapRisks,
    close: closeOnce(async () => {
      forgetDriver();
      await timedEvents.close();
      await documents.close();
      await health.stop();
      await feed.stop();
      await connection.client.shutdown();
    }),
  };
}

function feedOf(
  session: CqlSession,
  parts: {
    readonly settings: CassandraSettings;
    readonly statements: Statements;
    readonly conditionalTimeoutMs: number;
  },
  components: Components,
): Feed {
  const { settings, statements, conditionalTimeoutMs } = parts;
  return new Feed(
    session,
    {
      ...settings,
      server: requireUuid(components.ids.newId()),
      feedKeys: statements.feedKeys,
      longestWriteMs: conditionalTimeoutMs,
    },
    components,
  );
}

/** A server must have time to publish between a write's longest duration and its own death. */
function requireFeedDelay(feedDelayMs: number, longestWriteMs: number): void {
  const leastMs = longestWriteMs + PUBLISHING_TIME_MS;
  if (feedDelayMs >= leastMs) return;
  throw new AppError(
    'INVALID_ARGUMENT',
    `FEED_DELAY_MS is ${feedDelayMs}, but with the time-outs of this Cassandra ` +
      `(write_request_timeout, cas_contention_timeout) it must be at least ${leastMs}`,
    { field: 'FEED_DELAY_MS', limit: String(leastMs) },
  );
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}
