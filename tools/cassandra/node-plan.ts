/**
 * When Cassandra acknowledges a write: `batch` and `group` when the disk has it, `periodic` before.
 * Periodic loses what
 * was acknowledged in the last tenths of a second even when only the process is killed, Paxos
 * promises included.
 */
export type CommitlogSync = 'periodic' | 'batch' | 'group';

/** All that one node needs to be started, and started again, the same way. */
export interface NodePlan {
  readonly version: string;
  /** Put before the command line of the JVM; empty as a rule. */
  readonly command: readonly string[];
  /** Address for clients and for the other nodes. */
  readonly address: string;
  readonly nativePort: number;
  readonly storagePort: number;
  /** JMX (nodetool), on 127.0.0.1 whatever the address. */
  readonly jmxPort: number;
  /** Folder of this node alone: configuration, data, commit log, `cassandra.log`. */
  readonly folder: string;
  /** "address:storagePort" of every node of the cluster. */
  readonly seeds: readonly string[];
  /** Set in a cluster of several nodes, which then start at once without bootstrap. */
  readonly initialToken: string | undefined;
  readonly heapMb: number;
  readonly commitlogSync: CommitlogSync;
  /** Lines of cassandra.yaml that replace or extend ours: name to YAML text. */
  readonly yaml: Readonly<Record<string, string>>;
  /** Added to the command line of the JVM. */
  readonly jvmArgs: readonly string[];
}
