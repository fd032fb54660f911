/** A place of the network where one program runs. It stays when the program is killed. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Put before a command to run it there. It becomes the program (exec), so its pid is that. */
  readonly command: readonly string[];
}

/** Takes back one thing that was done to the network. A second call does nothing. */
export type Undo = () => Promise<void>;

/** What may be done to a network: the names of the faults. */
export type NetworkFault =
  | 'isolate-node'
  | 'isolate-server'
  | 'cut-nodes'
  | 'cut-one-way'
  | 'slow-node';

/**
 * Hosts that can be kept from reaching each other. This process reaches all of them at all times,
 * as the clients of servers do. Several things may be done at once; each is undone for itself.
 */
export interface Network {
  readonly hosts: readonly Host[];
  /** An address of this process that hosts can reach. */
  readonly ownAddress: string;
  /** What is not possible here, with the reason. */
  readonly cannot: ReadonlyMap<NetworkFault, string>;
  /** Nothing from the one arrives at the other (`one-way`), nor the other way round (`both`). */
  cut(from: string, to: string, direction: 'both' | 'one-way'): Promise<Undo>;
  /** Nothing passes between this host and any other. */
  isolate(host: string): Promise<Undo>;
  /** What goes to and from this host waits in a queue, for about a second when there is much. */
  slow(host: string): Promise<Undo>;
  /** Undoes everything. */
  heal(): Promise<void>;
  /** Takes the network down. Programs on it have been ended before. */
  close(): Promise<void>;
}

/** The host of that name. */
export function hostOf(network: Network, name: string): Host {
  const host = network.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no host "${name}"`);
  return host;
}
