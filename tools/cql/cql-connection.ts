import { lookup } from 'node:dns/promises';
import { Client, type ClientOptions, policies } from 'cassandra-driver';
import { sslOptions, type CassandraTls } from '../../src/backends/cassandra/index.js';
import {
  cassandraAccess,
  cassandraAccessSettings,
  parseSettings,
} from '../../src/runtime/index.js';

/** Where and as whom to connect. */
export interface CqlTarget {
  /** host or host:port (9042 when absent); further nodes are expected on the port of the first. */
  readonly contactPoints: readonly string[];
  /**
   * Data centre whose nodes are used; by default that of the first contact point which is known.
   */
  readonly dataCenter?: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly tls?: CassandraTls;
}

/**
 * The target that the environment names: `CASSANDRA_HOSTS` (default 127.0.0.1:9042),
 * `CASSANDRA_DC`, and what docs/settings.md says of credentials and TLS. Throws SettingsError.
 */
export function targetFromEnv(env: NodeJS.ProcessEnv = process.env): CqlTarget {
  const hosts = (env['CASSANDRA_HOSTS'] ?? '').split(',').map((host) => host.trim());
  const contactPoints = hosts.filter((host) => host !== '');
  const { credentials, tls } = cassandraAccess(parseSettings(cassandraAccessSettings, env));
  return {
    contactPoints: contactPoints.length > 0 ? contactPoints : ['127.0.0.1:9042'],
    ...(env['CASSANDRA_DC'] ? { dataCenter: env['CASSANDRA_DC'] } : {}),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/**
 * A connected client that repeats nothing on its own; maps and sets come as Map and Set. The caller
 * shuts it down.
 * Rejects when no node can be reached or there is no such data centre.
 */
export async function connectCql(target: CqlTarget): Promise<Client> {
  const options = clientOptions(target);
  return connected(
    new Client({ ...options, localDataCenter: await chooseDataCenter(options, target) }),
  );
}

function clientOptions(target: CqlTarget): ClientOptions {
  const [first = ''] = target.contactPoints;
  return {
    contactPoints: [...target.contactPoints],
    // The port of the nodes that the driver discovers: without it 9042, where somebody else's
    // Cassandra may listen.
    protocolOptions: { port: splitContactPoint(first).port },
    ...(target.credentials ? { credentials: { ...target.credentials } } : {}),
    ...(target.tls ? { sslOptions: sslOptions(target.tls) } : {}),
    encoding: { map: Map, set: Set },
    policies: { retry: new policies.retry.FallthroughRetryPolicy() },
    // As long as Cassandra's own limit for TRUNCATE.
    socketOptions: { readTimeout: 60_000 },
  };
}

// Also when one was named: given an unknown one the driver fails and then never lets go of its
// connection.
async function chooseDataCenter(options: ClientOptions, target: CqlTarget): Promise<string> {
  const loadBalancing = new policies.loadBalancing.RoundRobinPolicy();
  const client = await connected(
    new Client({ ...options, policies: { ...options.policies, loadBalancing } }),
  );
  try {
    const known = new Set(client.hosts.values().map((host) => host.datacenter));
    const wanted =
      target.dataCenter ?? (await dataCenterOfContactPoint(client, target)) ?? [...known][0];
    if (wanted !== undefined && known.has(wanted)) return wanted;
    throw new Error(`there is no data centre ${wanted}, only ${[...known].join(', ')}`);
  } finally {
    await client.shutdown();
  }
}

// Undefined behind address translation, where nodes are not known by their contact points.
async function dataCenterOfContactPoint(
  client: Client,
  target: CqlTarget,
): Promise<string | undefined> {
  for (const contactPoint of target.contactPoints) {
    const { host, port } = splitContactPoint(contactPoint);
    const found = await lookup(host).catch(() => undefined);
    const dataCenter = found && client.hosts.get(`${found.address}:${port}`)?.datacenter;
    if (dataCenter) return dataCenter;
  }
  return undefined;
}

function splitContactPoint(contactPoint: string): { host: string; port: number } {
  const match =
    /^\[(.+)\](?::(\d+))?$/.exec(contactPoint) ?? /^([^:]+)(?::(\d+))?$/.exec(contactPoint);
  return { host: match?.[1] ?? contactPoint, port: Number(match?.[2] ?? 9042) };
}

async function connected(client: Client): Promise<Client> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.shutdown();
    throw error;
  }
}
