import type { Random } from '../../../src/runtime/index.js';
import type { Fault } from '../world.js';
import type { Network, NetworkFault, Undo } from './network.js';
import { oneOf } from './one-of.js';
import { NODES } from './place.js';

const LONGEST_MS = 12_000;

interface Hit {
  readonly what: string;
  readonly target: string | undefined;
  readonly undo: Undo;
}

/** What can be done to the network between nodes and servers. `servers` are names of hosts. */
export function networkFaults(network: Network, servers: readonly string[]): Fault[] {
  const faults: Record<NetworkFault, (random: Random) => Promise<Hit | undefined>> = {
    'isolate-node': (random) => isolate(network, oneOf(NODES, random)),
    'isolate-server': (random) => isolate(network, oneOf(servers, random)),
    'cut-nodes': (random) => cutNodes(network, random),
    'cut-one-way': (random) => cutOneWay(network, servers, random),
    'slow-node': async (random) => {
      const node = oneOf(NODES, random) ?? NODES[0];
      return { what: `${node} is slow`, target: node, undo: await network.slow(node) };
    },
  };
  return Object.entries(faults).map(([name, hit]) => ({
    ...{ name, takes: 'network', longestMs: LONGEST_MS },
    inject: async (random) => {
      const done = await hit(random);
      if (done === undefined) return undefined;
      const { what, target, undo } = done;
      return { what, target, heal: undo };
    },
  }));
}

async function isolate(network: Network, host: string | undefined): Promise<Hit | undefined> {
  if (host === undefined) return undefined;
  return { what: `${host} is cut off`, target: host, undo: await network.isolate(host) };
}

async function cutNodes(network: Network, random: Random): Promise<Hit | undefined> {
  const first = oneOf(NODES, random);
  const second = oneOf(
    NODES.filter((node) => node !== first),
    random,
  );
  if (first === undefined || second === undefined) return undefined;
  const undo = await network.cut(first, second, 'both');
  return { what: `no link between ${first} and ${second}`, target: undefined, undo };
}

/** From a node or a server to a node, so that requests or answers are lost. */
async function cutOneWay(
  network: Network,
  servers: readonly string[],
  random: Random,
): Promise<Hit | undefined> {
  const hosts = [...NODES, ...servers];
  const from = oneOf(hosts, random);
  const to = oneOf(from !== undefined && servers.includes(from) ? NODES : hosts, random);
  if (from === undefined || to === undefined || from === to) return undefined;
  const undo = await network.cut(from, to, 'one-way');
  return { what: `nothing passes from ${from} to ${to}`, target: undefined, undo };
}
