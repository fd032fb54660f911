import {
  auth,
  Client,
  errors,
  policies,
  types,
  type ClientOptions,
  type Host,
} from 'cassandra-driver';
import { AppError } from '../../core/index.js';
import type { Logger } from '../../runtime/index.js';
import { guardControlConnection } from './control-connection-guard.js';
import type { CqlSession, Page, PageRequest, Route, Row, Statement } from './cql-session.js';
import { StaleWriteError, writeFailure } from './errors.js';
import type { CassandraSettings, ConsistencyLevel } from './settings.js';
import { sslOptions } from './tls.js';

const DEFAULT_PORT = 9_042;
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MAX_MS = 2_000;
const HEARTBEAT_MS = 5_000;
/** A node that answers nothing must not hold up the marks: others are asked then. */
const FEED_TIMEOUT_MS = 1_500;
const READ_TIMEOUT_MS = 3_000;
/** Requests without an answer after which a connection is given up. */
const TIMEOUTS_MAX = 8;

function clientOptions(settings: CassandraSettings): ClientOptions {
  const port = Number(settings.contactPoints[0]?.split(':')[1] ?? DEFAULT_PORT);
  const { credentials, tls } = settings;
  return {
    contactPoints: [...settings.contactPoints],
    protocolOptions: { port },
    socketOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      readTimeout: READ_TIMEOUT_MS,
      defunctReadTimeoutThreshold: TIMEOUTS_MAX,
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    // ids become texts, and blobs are copied where they are kept
    encoding: { map: Map, copyBuffer: false },
    policies: {
      loadBalancing: new policies.loadBalancing.RoundRobinPolicy(),
      reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
        RECONNECT_FIRST_MS,
        RECONNECT_MAX_MS,
        true,
      ),
    },
    ...(tls === undefined ? {} : { sslOptions: sslOptions(tls) }),
    ...(credentials === undefined
      ? {}
      : {
          authProvider: new auth.PlainTextAuthProvider(credentials.username, credentials.password),
        }),
  };
}

async function connected(options: ClientOptions, logger: Logger): Promise<Client> {
  const client = new Client(options);
  guardControlConnection(client, logger);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.shutdown();
    const places = options.contactPoints?.join(', ') ?? '';
    const reason = `no Cassandra node answers at ${places}${reasonOf(error)}`;
    throw new AppError('UNAVAILABLE', reason, {}, error);
  }
}

/** What the first node said: that a password or a certificate is wrong must not be hidden. */
function reasonOf(error: unknown): string {
  if (!(error instanceof errors.NoHostAvailableError)) return '';
  const inner: unknown = error.innerErrors;
  const reasons: unknown[] = typeof inner === 'object' ? Object.values(inner ?? {}) : [];
  const [first] = reasons;
  return first instanceof Error ? `: ${first.message}` : '';
}

async function discoverDataCentre(settings: CassandraSettings, logger: Logger): Promise<string> {
  const client = await connected(clientOptions(settings), logger);
  try {
    const result = await client.execute('SELECT data_center FROM system.local');
    return String(result.rows[0]?.get('data_center'));
  } finally {
    await client.shutdown();
  }
}

export interface Connection {
  readonly client: Client;
  readonly localDataCenter: string;
}

/** A connected driver that prefers the local data centre. Rejects when no node answers. */
export async function connect(settings: CassandraSettings, logger: Logger): Promise<Connection> {
  const localDataCenter = settings.localDataCenter ?? (await discoverDataCentre(settings, logger));
  const options = clientOptions(settings);
  const client = await connected(
    {
      ...options,
      localDataCenter,
      policies: {
        ...options.policies,
        loadBalancing: new policies.loadBalancing.DefaultLoadBalancingPolicy({
          localDc: localDataCenter,
        }),
      },
    },
    logger,
  );
  return { client, localDataCenter };
}

export interface SessionLevels {
  readonly keyspace: string;
  readonly localDataCenter: string;
  readonly read: ConsistencyLevel;
  readonly write: ConsistencyLevel;
  readonly serial: 'SERIAL' | 'LOCAL_SERIAL';
  /** How long the driver waits for a conditional write; above the server's own time-outs. */
  readonly conditionalTimeoutMs: number;
}

/**
 * The first replica that is up, or after a doubtful try the next. All conditional writes of a
 * partition begin at the same coordinator: Paxos rounds of different ones hinder each other.
 */
function leadReplica(client: Client, levels: SessionLevels, route: Route): Host | undefined {
  // null, against its declared type, while the driver does not know the keyspace
  const replicas: Host[] | null = client.getReplicas(levels.keyspace, route.routingKey);
  const up = (replicas ?? []).filter((host) => host.isUp());
  const local = up.filter((host) => host.datacenter === levels.localDataCenter);
  const candidates = local.length > 0 ? local : up;
  return candidates[route.attempt % candidates.length];
}

/** The session that the backend works with, over a connected driver. */
export function driverSession(client: Client, levels: SessionLevels): CqlSession {
  const { consistencies } = types;
  const retryNever = new policies.retry.FallthroughRetryPolicy();
  const readLevels = {
    read: consistencies[toKey(levels.read)],
    serial: consistencies[levels.serial === 'SERIAL' ? 'serial' : 'localSerial'],
    feed: consistencies.quorum,
  };
  const writeLevels = {
    write: consistencies[toKey(levels.write)],
    feed: consistencies.quorum,
  };
  return {
    async read(statement: Statement, page: PageRequest): Promise<Page> {
      const result = await client.execute(statement.query, [...statement.params], {
        prepare: true,
        isIdempotent: true,
        consistency: readLevels[page.level],
        readTimeout: page.level === 'feed' ? FEED_TIMEOUT_MS : READ_TIMEOUT_MS,
        ...(page.fetchSize === undefined ? {} : { fetchSize: page.fetchSize }),
        ...(page.pageState === undefined ? {} : { pageState: page.pageState }),
      });
      return { rows: result.rows, pageState: result.pageState ?? undefined };
    },
    async write(statements, level): Promise<void> {
      const options = {
        prepare: true,
        isIdempotent: true,
        consistency: writeLevels[level],
        readTimeout: level === 'feed' ? FEED_TIMEOUT_MS : READ_TIMEOUT_MS,
      };
      const queries = queriesOf(statements);
      const [first] = queries;
      if (first === undefined) return;
      if (queries.length === 1) await client.execute(first.query, first.params, options);
      // of one partition: needs no log of its own to be atomic
      else await client.batch(queries, { ...options, logged: false });
    },
    async conditional(statements, route): Promise<readonly Row[]> {
      const { routingKey, maySend, level = 'write' } = route;
      const queries = queriesOf(statements);
      const send = (host: Host | undefined): Promise<types.ResultSet> => {
        if (!maySend()) throw new StaleWriteError();
        return client.batch(queries, {
          prepare: true,
          logged: true,
          isIdempotent: false,
          retry: retryNever,
          routingKey,
          consistency: writeLevels[level],
          serialConsistency: readLevels.serial,
          readTimeout: levels.conditionalTimeoutMs,
          ...(host === undefined ? {} : { host }),
        });
      };
      const lead = leadReplica(client, levels, route);
      try {
        return (await send(lead)).rows;
      } catch (error) {
        // The lead took nothing; any other coordinator will do.
        if (lead === undefined || writeFailure(error) !== 'not-sent') throw error;
        return (await send(undefined)).rows;
      }
    },
  };
}

/** As the driver's types want them: with arrays that may be changed. */
function queriesOf(statements: readonly Statement[]) {
  return statements.map(({ query, params }) => ({ query, params: [...params] }));
}

function toKey(level: ConsistencyLevel) {
  switch (level) {
    case 'ONE':
      return 'one';
    case 'QUORUM':
      return 'quorum';
    case 'LOCAL_QUORUM':
      return 'localQuorum';
    case 'EACH_QUORUM':
      return 'eachQuorum';
    case 'ALL':
      return 'all';
  }
}
