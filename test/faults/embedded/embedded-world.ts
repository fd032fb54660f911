import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { disksMissing, MountedDisk } from '../../embedded/mounted-disk.js';
import { serverFaults } from '../servers/server-faults.js';
import { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world.js';
import { fillDisk, killAllServers } from './embedded-faults.js';

export interface EmbeddedWorldOptions {
  /** Nothing is drawn from it: what the faults hit is drawn by who injects them. */
  readonly seed: number;
  /** For data and logs; it is made when it is missing, and the data are deleted at the end. */
  readonly folder: string;
  readonly log: (line: string) => void;
  /** Programs that take calls, besides one that only fires timed events. */
  readonly servers: number;
}

const HOST = '127.0.0.1';
const DISK_MIB = 2_048;
const FEED_DELAY_MS = 5_000;

/** Servers and a poller over one data directory, on a small disk of its own where possible. */
export async function openEmbeddedWorld(options: EmbeddedWorldOptions): Promise<World> {
  const { folder, log } = options;
  await mkdir(folder, { recursive: true });
  const { disk, why } = await openDisk(folder);
  if (why !== undefined) log(`no fill-disk: ${why}`);
  const dataDir = join(disk?.folder ?? folder, 'data');
  const servers = await makeServers(options, dataDir);
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    await disk?.close();
  };
  try {
    // one after the other: a fresh data directory, and errors that name one server
    for (const server of servers) await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    servers: servers.filter(takesCalls).map(({ endpoint }) => endpoint),
    faults: [
      ...serverFaults(servers),
      killAllServers(servers),
      ...(disk === undefined ? [] : [fillDisk(disk, servers)]),
    ],
    missing: why === undefined ? [] : [{ fault: 'fill-disk', why }],
    feed: 'ordered',
    passed: () => Promise.resolve([]),
    receiverHost: HOST,
    crashes: () => servers.flatMap(({ crashes }) => crashes.map(({ what }) => what)),
    untilReady: async () => {
      await Promise.all(servers.map((server) => server.untilReady()));
    },
    stop,
  };
}

function takesCalls({ program }: ServerProcess): boolean {
  return program === 'grpc-store';
}

/** No disk where there can be none: the data lie in the folder then. */
async function openDisk(
  folder: string,
): Promise<{ readonly disk: MountedDisk | undefined; readonly why: string | undefined }> {
  const why = disksMissing();
  if (why !== undefined) return { disk: undefined, why };
  try {
    const disk = await MountedDisk.open({ folder: join(folder, 'disk'), sizeMiB: DISK_MIB });
    return { disk, why: undefined };
  } catch (error) {
    return { disk: undefined, why: String(error) };
  }
}

function makeServers(
  { folder, servers }: EmbeddedWorldOptions,
  dataDir: string,
): Promise<ServerProcess[]> {
  const env = {
    ...{ STORAGE: 'embedded', DATA_DIR: dataDir, CALLBACK_ALLOW_CIDRS: '127.0.0.0/8' },
    FEED_DELAY_MS: String(FEED_DELAY_MS),
  };
  const plan = (name: string, program: 'grpc-store' | 'scheduler') =>
    ServerProcess.of({ name, program, host: HOST, env, folder });
  const stores = Array.from({ length: servers }, (_, index) => {
    return plan(`server ${index + 1}`, 'grpc-store');
  });
  return Promise.all([...stores, plan('poller', 'scheduler')]);
}
