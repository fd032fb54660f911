import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deleteWithProcess } from './child-reaper.js';
import { DEFAULT_CASSANDRA_VERSION } from './cassandra-jars.js';
import { freePort, isPortFree } from './free-port.js';
import type { CommitlogSync, NodePlan } from './node-plan.js';

/** What to start; every field has a default. */
export interface StartCassandraOptions {
  /** 1 (default) on 127.0.0.1, or 3 on 127.0.0.1 to 127.0.0.3. */
  readonly nodes?: 1 | 3;
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

/**
 * Picks addresses, ports and folders; creates the folders. Rejects when the native port is taken or
 * the folder holds another cluster.
 */
export async function planCluster(options: StartCassandraOptions): Promise<ClusterPlan> {
  const count = options.nodes ?? 1;
  const addresses = Array.from({ length: count }, (_, i) => `127.0.0.${i + 1}`);
  const taken = new Set<number>();
  const nativePort = options.nativePort ?? (await freePort(addresses, taken));
  for (const address of addresses) {
    if (!(await isPortFree(address, nativePort)))
      throw new Error(`port ${nativePort} on ${address} is in use`);
  }
  const folder =
    options.dataDir === undefined ? await temporaryFolder() : await givenFolder(options.dataDir);
  const storagePort = await rememberedPort(folder, count, () => freePort(addresses, taken));
  const seeds = addresses.map((address) => `${address}:${storagePort}`);
  const nodes: NodePlan[] = [];
  for (const [i, address] of addresses.entries()) {
    nodes.push({
      ...whatAllShare(options, count),
      ...{ address, nativePort, storagePort, seeds },
      jmxPort: await freePort(['127.0.0.1'], taken),
      folder: join(folder, `node${i + 1}`),
      initialToken: count === 1 ? undefined : TOKENS_OF_THREE[i],
    });
  }
  return { folder, temporary: options.dataDir === undefined, nodes };
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
