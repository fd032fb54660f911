import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { logTail, spawnCassandra } from './cassandra-process.js';
import { askCql, type CqlAnswer, type CqlQuestion } from './cql-probe.js';
import type { NodePlan } from './node-plan.js';

/** Milliseconds that SIGTERM is given before SIGKILL follows. */
const STOP_LIMIT_MS = 30_000;
const POLL_MS = 100;
const ASK_LIMIT_MS = 2_000;

const SERVES = { query: 'SELECT cluster_name FROM system.local', consistency: 'ONE' } as const;

/**
 * `paused` is alive but frozen; `stopped` covers never started, stopped, killed and ended by
 * itself.
 */
export type NodeState = 'running' | 'paused' | 'stopped';

/** What a node needs of its cluster. */
export interface NodeSurroundings {
  /** Told in one line what happens. */
  readonly log: (line: string) => void;
  /** Told the reason when the process ends although nobody here asked it to. */
  readonly onDeath: (reason: string) => void;
  /** Waits until the cluster, with this node in it, serves. */
  readonly untilReady: () => Promise<void>;
}

/** One Cassandra process and what can be done to it. Data survives stop, kill and restart. */
export class CassandraNode {
  readonly #plan: NodePlan;
  readonly #surroundings: NodeSurroundings;
  #child: ChildProcess | undefined;
  #spawning: Promise<void> | undefined;
  #paused = false;
  #stopping = false;

  /** For `startCassandra`. The process is not started yet. */
  constructor(plan: NodePlan, surroundings: NodeSurroundings) {
    this.#plan = plan;
    this.#surroundings = surroundings;
  }

  /** Configuration, data, commit log and `cassandra.log` of this node. */
  get folder(): string {
    return this.#plan.folder;
  }

  get address(): string {
    return this.#plan.address;
  }

  get nativePort(): number {
    return this.#plan.nativePort;
  }

  /** Port of JMX on 127.0.0.1 (nodetool). */
  get jmxPort(): number {
    return this.#plan.jmxPort;
  }

  /** "address:nativePort", as in `CASSANDRA_HOSTS`. */
  get contactPoint(): string {
    return `${this.address}:${this.nativePort}`;
  }

  /** Process id of the JVM; undefined when stopped. */
  get pid(): number | undefined {
    return this.#alive()?.pid;
  }

  get state(): NodeState {
    if (this.#alive() === undefined) return 'stopped';
    return this.#paused ? 'paused' : 'running';
  }

  /** Starts the process without waiting until it serves. No effect when it is alive. */
  async spawn(): Promise<void> {
    // Two who heal at once must not start it twice.
    this.#spawning ??= this.#spawn();
    try {
      await this.#spawning;
    } finally {
      this.#spawning = undefined;
    }
  }

  async #spawn(): Promise<void> {
    if (this.#alive()) return;
    this.#stopping = false;
    this.#paused = false;
    const child = await spawnCassandra(this.#plan, this.#surroundings.log);
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#surroundings.onDeath(
        `Cassandra ${this.contactPoint} (pid ${child.pid}) ended by itself: ${signal ?? `exit code ${code}`}`,
      );
    });
  }

  /** One question to this node; undefined when it does not answer it now. */
  ask(question: Omit<CqlQuestion, 'timeoutMs'>): Promise<CqlAnswer | undefined> {
    return askCql(this.address, this.nativePort, { ...question, timeoutMs: ASK_LIMIT_MS });
  }

  /**
   * Waits until the condition holds; rejects with the end of this node's log when it dies before or
   * time is up.
   */
  async until(condition: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await condition())) {
      const late = performance.now() > deadline ? `was not ready in ${timeoutMs} ms` : '';
      const problem = this.state === 'stopped' ? 'ended before it was ready' : late;
      if (problem)
        throw new Error(
          `Cassandra ${this.contactPoint} ${problem}. End of its log:\n${await logTail(this.#plan)}`,
        );
      await delay(POLL_MS);
    }
  }

  /** Waits until this node answers CQL, whatever the others do; rejects as {@link until} does. */
  untilServes(timeoutMs: number): Promise<void> {
    return this.until(async () => (await this.ask(SERVES)) !== undefined, timeoutMs);
  }

  /** SIGKILL: the process dies at once, with no flush. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /**
   * SIGTERM, and SIGKILL when the node has not drained and ended after 30 s. Resolves when it is
   * gone.
   */
  async stop(): Promise<void> {
    this.resume();
    await this.#end('SIGTERM');
  }

  /**
   * Stops the node in order when it is alive, starts it again and waits until it serves (see
   * `CassandraCluster.untilReady`).
   */
  async restart(): Promise<void> {
    await this.stop();
    await this.spawn();
    await this.#surroundings.untilReady();
  }

  /** SIGSTOP: connections stay open, nothing answers. Not on Windows. No effect when stopped. */
  pause(): void {
    this.#paused = this.#alive()?.kill('SIGSTOP') ?? false;
  }

  /** SIGCONT: undoes {@link pause}. */
  resume(): void {
    if (!this.#paused) return;
    this.#alive()?.kill('SIGCONT');
    this.#paused = false;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#spawning?.catch(() => undefined);
    const child = this.#alive();
    if (child === undefined) return;
    this.#stopping = true;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // Spawned unreferenced; without this the present process could end before it has seen the
    // node's end.
    child.ref();
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(timer);
  }

  #alive(): ChildProcess | undefined {
    return this.#child?.exitCode === null && this.#child.signalCode === null
      ? this.#child
      : undefined;
  }
}
