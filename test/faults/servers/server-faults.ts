import type { Random } from '../../../src/runtime/index.js';
import type { ActiveFault, Fault } from '../world.js';
import type { ServerProcess } from './server-process.js';

const SKEW_MS = { from: 50, to: 30_000 };
const LONGEST_MS = 12_000;
/** A server that cannot be ready yet, since something else is away, is waited for by the world. */
const BACK_WITHIN_MS = 30_000;

/** What can be done to servers and to pollers that stand alone. */
export function serverFaults(servers: readonly ServerProcess[]): Fault[] {
  const stores = servers.filter(({ program }) => program === 'grpc-store');
  const pollers = servers.filter(({ program }) => program === 'scheduler');
  return [
    ...(stores.length === 0 ? [] : [killing('kill-server', stores)]),
    ...(stores.length === 0 ? [] : [pausing('pause-server', stores)]),
    ...(pollers.length === 0 ? [] : [killing('kill-poller', pollers)]),
    ...(pollers.length === 0 ? [] : [pausing('pause-poller', pollers)]),
    jumping(servers),
  ];
}

function killing(name: string, servers: readonly ServerProcess[]): Fault {
  return faultOn({ name, takes: 'server' }, servers, async (server) => {
    await server.kill();
    return { what: `kill -9 of ${server.name}`, heal: () => comeBack(server) };
  });
}

function pausing(name: string, servers: readonly ServerProcess[]): Fault {
  return faultOn({ name, takes: 'server' }, servers, async (server) => {
    server.pause();
    return { what: `SIGSTOP of ${server.name}`, heal: async () => server.resume() };
  });
}

/** Small ones, which nothing notices, are as likely as large ones. */
function jumping(servers: readonly ServerProcess[]): Fault {
  return faultOn({ name: 'clock-jump', takes: 'clock' }, servers, async (server, random) => {
    const { from, to } = SKEW_MS;
    const size = Math.round(from * (to / from) ** random.next());
    const aheadMs = random.next() < 0.5 ? size : -size;
    await server.setAheadMs(aheadMs);
    const direction = aheadMs > 0 ? 'ahead' : 'behind';
    return {
      what: `clock of ${server.name} ${size} ms ${direction}`,
      aheadMs,
      heal: () => server.setAheadMs(0),
    };
  });
}

/** Hits one of the servers that run. */
function faultOn(
  kind: Pick<Fault, 'name' | 'takes'>,
  servers: readonly ServerProcess[],
  hit: (server: ServerProcess, random: Random) => Promise<Omit<ActiveFault, 'target'>>,
): Fault {
  return {
    ...kind,
    longestMs: LONGEST_MS,
    inject: async (random) => {
      const running = servers.filter(({ state }) => state === 'running');
      const server = running[Math.floor(random.next() * running.length)];
      if (server === undefined) return undefined;
      return { ...(await hit(server, random)), target: server.name };
    },
  };
}

async function comeBack(server: ServerProcess): Promise<void> {
  try {
    await server.start(BACK_WITHIN_MS);
  } catch (error) {
    if (server.state === 'down') throw error;
  }
}
