import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deleteWithProcess } from './child-reaper.js';
import { DEFAULT_CASSANDRA_VERSION } from './cassandra-jars.js';
import { freePort, isPortFree } from './free-port.js';
import type { CommitlogSync, NodePlan } from './node-plan.js';

/** Where a node runs, and what it alone has. */
export interface CassandraHost {
  readonly address: string;
  /**
   * Put before the command of the node (`nsenter …`). The address is then that of another network
   * namespace, where every node has the usual ports; it must be reachable from here.
   */
  readonly command?: readonly string[];
  /** Lines of cassandra.yaml for this node, before those of all. */
  readonly yaml?: Readonly<Record<string, string>>;
  /** Arguments for its JVM, after those of all. */
  readonly jvmArgs?: readonly string[];
}

/** What to start; every field has a default. */
export interface StartCassandraOptions {
  /** 1 (default) on 127.0.0.1, or 3 on 127.0.0.1 to 127.0.0.3. */
  readonly nodes?: 1 | 3;
  /** Where the nodes run, one or three, instead of the addresses above. */
  readonly hosts?: readonly CassandraHost[];
  /** A version of `cassandra-all` in Maven Central, 4.1 or later; default 5.0.8. */
  readonly version?: string;
  /** Folder that keeps the data; default a temporary folder, which goes with the cluster. */
  readonly dataDir?: string;
  /** Largest heap of each node in MiB; default 1024 for one node, 640 for three. */
  readonly heapMb?: number;
  /** CQL port on each address; default any free one. */
  readonly nativePort?: number;
  /** Default `periodic`. */
  readonly commitlogSync?: CommitlogSync;
  /** Lines of cassandra.yaml that replace ours, name to YAML text; an empty text removes a line. */
  readonly yaml?: Readonly<Record<string, string>>;
  /**
   * More arguments for each JVM, after ours; `-XX:TieredStopAtLevel=4` for runs of many minutes
   * (benchmarks).
   */
  readonly jvmArgs?: readonly string[];
  /**
   * Milliseconds until start-up counts as failed; default 180,000 (a first start also downloads,
   * untimed).
   */
  readonly startTimeoutMs?: number;
  /** Told in one line what happens and how long it took; default silent. */
  readonly log?: (line: string) => void;
}

/** Where a cluster lives and what each node is started with. */
export interface ClusterPlan {
  readonly folder: string;
  readonly temporary: boolean;
  readonly nodes: readonly NodePlan[];
}

/** Evenly over Murmur3's ring of 2^64 tokens. */
const TOKENS_OF_THREE = ['-9223372036854775808', '-3074457345618258603', '3074457345618258602'];

/** Ports of nodes that have their network for themselves. */
const USUAL_PORTS = { native: 9_042, storage: 7_000, jmx: 7_199 };

/**
 * Picks addresses, ports and folders; creates the folders. Rejects when the native port is taken or
 * the folder holds another cluster.
 */
export async function planCluster(options: StartCassandraOptions): Promise<ClusterPlan> {
  const hosts = options.hosts ?? loopbackHosts(options.nodes ?? 1);
  const count = hosts.length;
  if (count !== 1 && count !== 3) throw new Error(`1 or 3 nodes, not ${count}`);
  const own = hosts.some((host) => host.command !== undefined);
  const folder =
    options.dataDir === undefined ? await temporaryFolder() : await givenFolder(options.dataDir);
  const pickPorts = own ? usualPorts : freePorts;
  const ports = await pickPorts(hosts, { ...options, folder });
  const seeds = hosts.map(({ address }) => `${address}:${ports.storagePort}`);
  const nodes = hosts.map((host, i): NodePlan => {
    const shared = whatAllShare(options, count);
    return {
      ...shared,
      ...{ address: host.address, seeds, command: host.command ?? [] },
      ...{ nativePort: ports.nativePort, storagePort: ports.storagePort },
      yaml: { ...host.yaml, ...shared.yaml },
      jvmArgs: [...shared.jvmArgs, ...(host.jvmArgs ?? [])],
      jmxPort: ports.jmxPorts[i] ?? USUAL_PORTS.jmx,
      folder: join(folder, `node${i + 1}`),
      initialToken: count === 1 ? undefined : TOKENS_OF_THREE[i],
    };
  });
  return { folder, temporary: options.dataDir === undefined, nodes };
}

function loopbackHosts(count: number): CassandraHost[] {
  return Array.from({ length: count }, (_, i) => ({ address: `127.0.0.${i + 1}` }));
}

interface Ports {
  readonly nativePort: number;
  readonly storagePort: number;
  /** One a node. */
  readonly jmxPorts: readonly number[];
}

interface PortWishes extends Pick<StartCassandraOptions, 'nativePort'> {
  readonly folder: string;
}

async function usualPorts(
  hosts: readonly CassandraHost[],
  { nativePort = USUAL_PORTS.native, folder }: PortWishes,
): Promise<Ports> {
  const pick = (): Promise<number> => Promise.resolve(USUAL_PORTS.storage);
  const storagePort = await rememberedPort(folder, hosts.length, pick);
  return { nativePort, storagePort, jmxPorts: hosts.map(() => USUAL_PORTS.jmx) };
}

async function freePorts(hosts: readonly CassandraHost[], wishes: PortWishes): Promise<Ports> {
  const addresses = hosts.map(({ address }) => address);
  const taken = new Set<number>();
  const nativePort = wishes.nativePort ?? (await freePort(addresses, taken));
  for (const address of addresses) {
    if (!(await isPortFree(address, nativePort)))
      throw new Error(`port ${nativePort} on ${address} is in use`);
  }
  const pick = (): Promise<number> => freePort(addresses, taken);
  const storagePort = await rememberedPort(wishes.folder, hosts.length, pick);
  const jmxPorts: number[] = [];
  for (let i = 0; i < hosts.length; i += 1) jmxPorts.push(await freePort(['127.0.0.1'], taken));
  return { nativePort, storagePort, jmxPorts };
}

type Shared = Pick<NodePlan, 'version' | 'heapMb' | 'commitlogSync' | 'yaml' | 'jvmArgs'>;

function whatAllShare(options: StartCassandraOptions, count: number): Shared {
  return {
    version: options.version ?? DEFAULT_CASSANDRA_VERSION,
    heapMb: options.heapMb ?? (count === 1 ? 1024 : 640),
    commitlogSync: options.commitlogSync ?? 'periodic',
    yaml: options.yaml ?? {},
    jvmArgs: options.jvmArgs ?? [],
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-cassandra-'));
  deleteWithProcess(folder);
  return folder;
}

async function givenFolder(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true });
  return folder;
}

// Nodes keep each other's storage port in their data, so a kept folder keeps its port, and its
// number of nodes.
async function rememberedPort(
  folder: string,
  count: number,
  pick: () => Promise<number>,
): Promise<number> {
  const path = join(folder, 'cluster.json');
  if (!existsSync(path)) {
    const storagePort = await pick();
    await writeFile(path, `${JSON.stringify({ nodes: count, storagePort })}\n`);
    return storagePort;
  }
  const known: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (
    typeof known !== 'object' ||
    known === null ||
    !('nodes' in known) ||
    !('storagePort' in known)
  ) {
    throw new Error(`${path} is damaged`);
  }
  if (known.nodes !== count)
    throw new Error(`${folder} holds a cluster of ${String(known.nodes)}, not of ${count}`);
  return Number(known.storagePort);
}
