import type { MountedDisk } from '../../embedded/mounted-disk.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { Fault } from '../world.js';

const DOWN_MS = 3_000;
const FULL_MS = 10_000;

/** All at once, so that nobody is left who knows what was under way. */
export function killAllServers(servers: readonly ServerProcess[]): Fault {
  return {
    name: 'kill-all-servers',
    takes: 'server',
    longestMs: DOWN_MS,
    inject: async () => {
      await Promise.all(servers.map((server) => server.kill()));
      return {
        what: 'kill -9 of all servers at once',
        target: undefined,
        heal: () => untilAllReady(servers),
      };
    },
  };
}

/** Servers refuse what they cannot write, and go on by themselves when there is room again. */
export function fillDisk(disk: MountedDisk, servers: readonly ServerProcess[]): Fault {
  return {
    name: 'fill-disk',
    takes: 'disk',
    longestMs: FULL_MS,
    inject: async () => {
      await disk.fill();
      return {
        what: 'no room on the disk of the data',
        target: undefined,
        heal: async () => {
          await disk.free();
          const running = servers.filter(({ state }) => state === 'running');
          await Promise.all(running.map((server) => server.untilReady()));
        },
      };
    },
  };
}

async function untilAllReady(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.start()));
}
