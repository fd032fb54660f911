import { NamespaceHost } from './namespace-host.js';
import { isWithinNamespace } from './namespaces.js';
import type { Network, NetworkFault, Undo } from './network.js';
import { runCommand } from './run-command.js';

const BRIDGE = 'faults0';
const SUBNET = '10.77.0';
const OWN_ADDRESS = `${SUBNET}.254`;

/**
 * One network namespace a host, joined by a bridge in the namespace of this process. A cut drops
 * packets where they arrive, so connections stay open and only become silent.
 */
export class NamespaceNetwork implements Network {
  readonly ownAddress = OWN_ADDRESS;
  readonly cannot: ReadonlyMap<NetworkFault, string> = new Map();
  readonly hosts: readonly NamespaceHost[];
  readonly #undos = new Set<Undo>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(hosts: readonly NamespaceHost[]) {
    this.hosts = hosts;
  }

  /** Needs a process that was started by `withinNamespace`. */
  static async open(names: readonly string[]): Promise<NamespaceNetwork> {
    if (!isWithinNamespace()) throw new Error('this process is not in a namespace of its own');
    await runCommand(['ip', 'link', 'set', 'lo', 'up']);
    await runCommand(['ip', 'link', 'add', BRIDGE, 'type', 'bridge']);
    await runCommand(['ip', 'address', 'add', `${OWN_ADDRESS}/24`, 'dev', BRIDGE]);
    await runCommand(['ip', 'link', 'set', BRIDGE, 'up']);
    const hosts: NamespaceHost[] = [];
    for (const [index, name] of names.entries()) {
      hosts.push(await NamespaceHost.join(BRIDGE, name, `${SUBNET}.${index + 1}`));
    }
    return new NamespaceNetwork(hosts);
  }

  async cut(from: string, to: string, direction: 'both' | 'one-way'): Promise<Undo> {
    const [sender, receiver] = [this.#host(from), this.#host(to)];
    const refused = new Map([[receiver, [sender.address]]]);
    if (direction === 'both') refused.set(sender, [receiver.address]);
    return this.#refuse(refused);
  }

  async isolate(host: string): Promise<Undo> {
    const target = this.#host(host);
    const others = this.hosts.filter((other) => other !== target);
    const refused = new Map(others.map((other) => [other, [target.address]]));
    refused.set(
      target,
      others.map(({ address }) => address),
    );
    return this.#refuse(refused);
  }

  async slow(host: string): Promise<Undo> {
    const target = this.#host(host);
    await this.#inTurn(() => target.slow());
    return this.#undoable(() => target.quicken());
  }

  async heal(): Promise<void> {
    await Promise.all([...this.#undos].map((undo) => undo()));
  }

  async close(): Promise<void> {
    await this.#queue;
    await Promise.all(this.hosts.map((host) => host.leave()));
    await runCommand(['ip', 'link', 'delete', BRIDGE]);
  }

  async #refuse(refused: ReadonlyMap<NamespaceHost, readonly string[]>): Promise<Undo> {
    const each = (act: (host: NamespaceHost, from: readonly string[]) => Promise<void>) => () =>
      Promise.all([...refused].map(([host, from]) => act(host, from)));
    await this.#inTurn(each((host, from) => host.refuse(from)));
    return this.#undoable(each((host, from) => host.accept(from)));
  }

  #undoable(work: () => Promise<unknown>): Undo {
    const undo = async (): Promise<void> => {
      if (this.#undos.delete(undo)) await this.#inTurn(work);
    };
    this.#undos.add(undo);
    return undo;
  }

  /** One change after the other: each writes the whole set of a host. */
  #inTurn(work: () => Promise<unknown>): Promise<unknown> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #host(name: string): NamespaceHost {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new Error(`no host "${name}"`);
    return host;
  }
}
