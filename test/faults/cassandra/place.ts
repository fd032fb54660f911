import { freePort } from '../../../tools/cassandra/free-port.js';
import type { CassandraHost } from '../../../tools/cassandra/index.js';
import { NamespaceNetwork } from './namespace-network.js';
import { hostOf, type Network } from './network.js';
import { proxied, ProxyNetwork } from './proxy-network.js';

/** Names of the nodes, also as hosts of the network. */
export const NODES = ['node1', 'node2', 'node3'] as const;

/** A network with room for the nodes and the programs that are named. */
export interface Place {
  readonly network: Network;
  /** One a node. */
  readonly nodeHosts: readonly CassandraHost[];
  /** Where clients of Cassandra find the nodes. */
  readonly contactPoints: readonly string[];
  readonly nativePort: number;
}

/** Opens a network of either kind. */
export function openPlace(
  kind: 'namespaces' | 'proxies',
  programs: readonly string[],
): Promise<Place> {
  return kind === 'namespaces' ? withNamespaces(programs) : withProxies(programs);
}

const USUAL_PORT = 9_042;

async function withNamespaces(programs: readonly string[]): Promise<Place> {
  const network = await NamespaceNetwork.open([...NODES, ...programs]);
  const nodeHosts = NODES.map((name) => hostOf(network, name));
  const contactPoints = nodeHosts.map(({ address }) => `${address}:${USUAL_PORT}`);
  return { network, nodeHosts, contactPoints, nativePort: USUAL_PORT };
}

async function withProxies(programs: readonly string[]): Promise<Place> {
  const addresses = NODES.map((_, index) => `127.0.0.${index + 1}`);
  const nativePort = await freePort([...addresses, ...addresses.map(proxied)], new Set());
  const network = await ProxyNetwork.open(NODES, programs, nativePort);
  return {
    network,
    nodeHosts: addresses.map((address) => ({
      address,
      yaml: { broadcast_rpc_address: proxied(address) },
    })),
    contactPoints: addresses.map((address) => `${proxied(address)}:${nativePort}`),
    nativePort,
  };
}
