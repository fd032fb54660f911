import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bytemanJar,
  cassandraJars,
  type CassandraCluster,
  type CassandraNode,
  DEFAULT_CASSANDRA_VERSION,
  startCassandra,
} from '../../../tools/cassandra/index.js';
import { serverFaults } from '../servers/server-faults.js';
import { ServerProcess } from '../servers/server-process.js';
import type { Fault, World } from '../world.js';
import { insideFaults } from './inside-faults.js';
import { hostOf, type Network } from './network.js';
import { networkFaults } from './network-faults.js';
import { nodeFaults } from './node-faults.js';
import { passedAppends } from './passed-appends.js';
import { NODES, openPlace, type Place } from './place.js';
import { runCommand } from './run-command.js';
import { Switches } from './switches.js';

const KEYSPACE = 'eventstore';
const FEED_DELAY_MS = 5_000;
const HEAP_MB = 512;

export interface CassandraWorldOptions {
  /** For what is drawn while it is opened: nothing so far. */
  readonly seed: number;
  readonly replication: 1 | 2 | 3;
  /** `namespaces` wants a process that was started by `withinNamespace`. */
  readonly network: 'namespaces' | 'proxies';
  /** For data and logs; must exist. */
  readonly folder: string;
  readonly log: (line: string) => void;
  /** Servers that take calls and fire timers; a poller that stands alone comes on top. */
  readonly servers: number;
}

/** A node, and what can be done inside it. */
export interface WorldNode {
  readonly name: string;
  readonly node: CassandraNode;
  readonly switches: Switches;
}

/** A world whose parts can be reached, for scenarios that do one thing exactly. */
export interface CassandraWorld extends World {
  readonly replication: 1 | 2 | 3;
  readonly nodes: readonly WorldNode[];
  readonly network: Network;
  readonly stores: readonly ServerProcess[];
  readonly poller: ServerProcess;
}

/** Fetches the jars, once for all runs: within a namespace there is nothing to fetch from. */
export async function fetchCassandra(log: (line: string) => void): Promise<void> {
  await cassandraJars(DEFAULT_CASSANDRA_VERSION, log);
  await bytemanJar();
}

/** Three nodes, servers and a poller, each on a host of its own; all of them serve. */
export async function openCassandraWorld(options: CassandraWorldOptions): Promise<CassandraWorld> {
  const names = Array.from({ length: options.servers }, (_, index) => `server${index + 1}`);
  const place = await openPlace(options.network, [...names, 'poller']);
  try {
    const switches = NODES.map((name) => new Switches(join(options.folder, `${name}-switches`)));
    const cluster = await openCluster(options, place, switches);
    return await openWorld(options, { place, cluster, switches, names });
  } catch (error) {
    await place.network.close();
    throw error;
  }
}

async function openCluster(
  { folder, log }: CassandraWorldOptions,
  { nodeHosts, nativePort }: Place,
  switches: readonly Switches[],
): Promise<CassandraCluster> {
  const jar = await bytemanJar();
  const agents = await Promise.all(switches.map((each) => each.jvmArgs(jar, KEYSPACE)));
  return startCassandra({
    hosts: nodeHosts.map((host, index) => ({ ...host, jvmArgs: agents[index] ?? [] })),
    dataDir: join(folder, 'cassandra'),
    heapMb: HEAP_MB,
    nativePort,
    // periodic forgets promises when a node is killed
    commitlogSync: 'group',
    yaml: {
      // nothing may hinge on hints: they are lost with the node that keeps them
      hinted_handoff_enabled: 'false',
      paxos_on_linearizability_violations: 'fail',
    },
    log,
  });
}

interface Parts {
  readonly place: Place;
  readonly cluster: CassandraCluster;
  readonly switches: readonly Switches[];
  readonly names: readonly string[];
}

async function openWorld(options: CassandraWorldOptions, parts: Parts): Promise<CassandraWorld> {
  const { place, cluster, switches, names } = parts;
  const { network } = place;
  const env = environment(options, place);
  let died: string | undefined;
  void cluster.died.then((reason) => (died = reason));
  const programs: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(programs.map((program) => program.kill()));
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await network.close();
  };
  try {
    await createSchema(env);
    for (const name of [...names, 'poller']) {
      const { address: host, command: prefix } = hostOf(network, name);
      const program = name === 'poller' ? 'scheduler' : 'grpc-store';
      programs.push(
        await ServerProcess.of({ name, program, host, prefix, env, folder: options.folder }),
      );
    }
    await Promise.all(programs.map((program) => program.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  const stores = programs.filter(({ program }) => program === 'grpc-store');
  const [poller] = programs.filter(({ program }) => program === 'scheduler');
  if (poller === undefined) throw new Error('no poller');
  const nodes = cluster.nodes.flatMap((node, index) => {
    const [name, inside] = [NODES[index], switches[index]];
    return name === undefined || inside === undefined ? [] : [{ name, node, switches: inside }];
  });
  return {
    ...{ nodes, network, stores, poller, stop, replication: options.replication },
    servers: stores.map(({ endpoint }) => endpoint),
    faults: possible(network, [
      ...nodeFaults(nodes),
      ...networkFaults(network, names),
      ...insideFaults(nodes),
      ...serverFaults(programs),
    ]),
    missing: [...network.cannot].map(([fault, why]) => ({ fault, why })),
    feed: 'view',
    passed: () => passedAppends(programs),
    receiverHost: network.ownAddress,
    crashes: () => [
      ...programs.flatMap(({ crashes }) => crashes.map(({ what }) => what)),
      ...(died === undefined ? [] : [died]),
    ],
    untilReady: async () => {
      await cluster.untilReady();
      await Promise.all(programs.map((program) => program.untilReady()));
    },
  };
}

function possible(network: Network, faults: readonly Fault[]): Fault[] {
  const missing: ReadonlySet<string> = new Set(network.cannot.keys());
  return faults.filter(({ name }) => !missing.has(name));
}

function environment({ replication }: CassandraWorldOptions, place: Place): Record<string, string> {
  return {
    CASSANDRA_HOSTS: place.contactPoints.join(','),
    CASSANDRA_KEYSPACE: KEYSPACE,
    CASSANDRA_REPLICATION: String(replication),
    FEED_DELAY_MS: String(FEED_DELAY_MS),
    // the bridge is no loopback, and nobody else is on it
    INSECURE: 'true',
    CALLBACK_ALLOW_CIDRS: `${place.network.ownAddress}/32`,
  };
}

async function createSchema(env: Record<string, string>): Promise<void> {
  const gentables = fileURLToPath(new URL('../../../cmd/gentables/main.js', import.meta.url));
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  await runCommand(['env', ...variables, process.execPath, gentables]);
}
