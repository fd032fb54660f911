import { rm } from 'node:fs/promises';
import { CassandraNode } from './cassandra-node.js';
import { keepFolder } from './child-reaper.js';
import { type ClusterPlan, planCluster, type StartCassandraOptions } from './cluster-plan.js';
import type { CqlQuestion } from './cql-probe.js';

const START_TIMEOUT_MS = 180_000;
// Replicated to all three nodes: ALL is refused by a coordinator that does not see every node UP.
const SEES_ALL = {
  query:
    "SELECT host_id FROM system_distributed.view_build_status WHERE keyspace_name = 'any' AND view_name = 'any'",
  consistency: 'ALL',
} as const;
const SCHEMA = { query: 'SELECT schema_version FROM system.local', consistency: 'ONE' } as const;

/** A running cluster. It does not keep the present process alive. */
export class CassandraCluster {
  readonly nodes: readonly CassandraNode[];
  /** Resolves with the reason when a node ends that nobody stopped or killed here; else never. */
  readonly died: Promise<string>;
  readonly #plan: ClusterPlan;
  readonly #startTimeoutMs: number;

  /** For {@link startCassandra}, which also starts the nodes. */
  constructor(plan: ClusterPlan, options: StartCassandraOptions) {
    const log = options.log ?? (() => {});
    let reportDeath: (reason: string) => void = () => {};
    this.died = new Promise((resolve) => {
      reportDeath = resolve;
    });
    this.#plan = plan;
    this.#startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
    const surroundings = { log, onDeath: reportDeath, untilReady: () => this.untilReady() };
    this.nodes = plan.nodes.map((node) => new CassandraNode(node, surroundings));
  }

  /** "host:port" of every node, as `CASSANDRA_HOSTS` takes them. */
  get contactPoints(): string[] {
    return this.nodes.map((node) => node.contactPoint);
  }

  /** Where the data is. */
  get folder(): string {
    return this.#plan.folder;
  }

  /**
   * Starts the nodes that are stopped, all at once, and waits until they serve; see {@link
   * untilReady}.
   */
  async start(): Promise<void> {
    // Not by Promise.all: a failure must not leave the start of another node behind it.
    const starts = await Promise.allSettled(this.nodes.map((node) => node.spawn()));
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    await this.untilReady();
  }

  /**
   * Waits until every running node answers CQL and, when none of them is stopped or paused, each
   * sees all others UP
   * and all have the same schema. Rejects with the end of the log of a node that dies or is not
   * ready in time.
   */
  async untilReady(): Promise<void> {
    const running = this.nodes.filter((node) => node.state === 'running');
    const [first] = running;
    await Promise.all(running.map((node) => node.untilServes(this.#startTimeoutMs)));
    if (first === undefined || this.nodes.length === 1 || running.length < this.nodes.length)
      return;
    await this.#untilAll(running, SEES_ALL);
    await first.until(() => haveOneSchema(running), this.#startTimeoutMs);
  }

  async #untilAll(
    nodes: readonly CassandraNode[],
    question: Omit<CqlQuestion, 'timeoutMs'>,
  ): Promise<void> {
    await Promise.all(
      nodes.map((node) =>
        node.until(async () => (await node.ask(question)) !== undefined, this.#startTimeoutMs),
      ),
    );
  }

  /**
   * Stops all nodes and deletes the data when it is temporary (then without a flush, which takes
   * seconds).
   */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => (this.#plan.temporary ? node.kill() : node.stop())));
    if (!this.#plan.temporary) return;
    await rm(this.#plan.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    keepFolder(this.#plan.folder);
  }
}

async function haveOneSchema(nodes: readonly CassandraNode[]): Promise<boolean> {
  const answers = await Promise.all(nodes.map((node) => node.ask(SCHEMA)));
  return new Set(answers.map((answer) => answer?.toString('hex'))).size === 1;
}

/**
 * Starts a real Cassandra and resolves when it serves. What was started is stopped again when the
 * start fails.
 * Rejects with CassandraUnavailableError when this machine lacks what is needed (Java, Maven,
 * jars).
 */
export async function startCassandra(
  options: StartCassandraOptions = {},
): Promise<CassandraCluster> {
  const startedAt = performance.now();
  const plan = await planCluster(options);
  const cluster = new CassandraCluster(plan, options);
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  options.log?.(
    `Cassandra ${plan.nodes[0]?.version} is ready on ${cluster.contactPoints.join(',')} after ${seconds} s`,
  );
  return cluster;
}
