import { CqlProxy } from './cql-proxy.js';
import type { Host, Network, NetworkFault, Undo } from './network.js';

const WHY =
  'without network namespaces, faults are between a node and all its clients only (TCP proxies)';

/**
 * The network where namespaces are not allowed: everything is on loopback, and a proxy stands
 * before each node, on the address that it tells its clients.
 */
export class ProxyNetwork implements Network {
  readonly ownAddress = '127.0.0.1';
  readonly hosts: readonly Host[];
  readonly cannot: ReadonlyMap<NetworkFault, string> = new Map<NetworkFault, string>([
    ['cut-nodes', WHY],
    ['cut-one-way', WHY],
    ['isolate-server', WHY],
  ]);
  readonly #proxies: ReadonlyMap<string, CqlProxy>;
  readonly #undos = new Set<Undo>();

  private constructor(hosts: readonly Host[], proxies: ReadonlyMap<string, CqlProxy>) {
    this.hosts = hosts;
    this.#proxies = proxies;
  }

  /** `nodes`: names of hosts that get a proxy, on `port`; the others are all on 127.0.0.1. */
  static async open(
    nodes: readonly string[],
    others: readonly string[],
    port: number,
  ): Promise<ProxyNetwork> {
    const proxies = new Map<string, CqlProxy>();
    const hosts: Host[] = [];
    for (const [index, name] of nodes.entries()) {
      const address = `127.0.0.${index + 1}`;
      const proxy = new CqlProxy({ host: proxied(address), port }, { host: address, port });
      await proxy.listen();
      proxies.set(name, proxy);
      hosts.push({ name, address, command: [] });
    }
    for (const name of others) hosts.push({ name, address: '127.0.0.1', command: [] });
    return new ProxyNetwork(hosts, proxies);
  }

  cut(): Promise<Undo> {
    return Promise.reject(new Error(WHY));
  }

  async isolate(host: string): Promise<Undo> {
    const proxy = this.#proxy(host);
    proxy.silence();
    return this.#undoable(() => proxy.speak());
  }

  async slow(host: string): Promise<Undo> {
    const proxy = this.#proxy(host);
    proxy.slow();
    return this.#undoable(() => proxy.quicken());
  }

  async heal(): Promise<void> {
    await Promise.all([...this.#undos].map((undo) => undo()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }

  #undoable(work: () => void): Undo {
    const undo = async (): Promise<void> => {
      if (this.#undos.delete(undo)) work();
    };
    this.#undos.add(undo);
    return undo;
  }

  #proxy(host: string): CqlProxy {
    const proxy = this.#proxies.get(host);
    if (proxy === undefined) throw new Error(WHY);
    return proxy;
  }
}

/** The address of the proxy before a node: what the node tells clients and they connect to. */
export function proxied(address: string): string {
  return address.replace(/^127\.0\.0\./, '127.0.1.');
}
