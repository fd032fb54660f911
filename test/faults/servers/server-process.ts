import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../../../tools/cassandra/run-program.js';
import type { ServerEndpoint } from '../world.js';
import { endpointOf, fixServerPlan, type FixedServerPlan, type ServerPlan } from './server-plan.js';
import { logPath, spawnServer } from './spawn-server.js';
import { isClockMessage, type ClockMessage } from './wrong-clock-message.js';

/** `down`: never started, stopped, killed or ended by itself. */
export type ServerState = 'down' | 'running' | 'paused';

/** An end that nobody asked for. */
export interface Crash {
  readonly server: string;
  /** How it ended and the end of its log. */
  readonly what: string;
}

const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 50;
const ASK_LIMIT_MS = 2_000;
const STOP_LIMIT_MS = 20_000;
const CLOCK_LIMIT_MS = 5_000;

/** One of our programs as a process, and what can be done to it. Its data outlives it. */
export class ServerProcess {
  readonly #plan: FixedServerPlan;
  readonly #crashes: Crash[] = [];
  #child: ChildProcess | undefined;
  #launching: Promise<void> | undefined;
  #exit: Promise<void> = Promise.resolve();
  /** An end is expected: we asked for it. */
  #ending = false;
  #paused = false;
  #aheadMs = 0;

  private constructor(plan: FixedServerPlan) {
    this.#plan = plan;
  }

  /** Chooses its ports; it is not started yet. */
  static async of(plan: ServerPlan): Promise<ServerProcess> {
    return new ServerProcess(await fixServerPlan(plan));
  }

  get name(): string {
    return this.#plan.name;
  }

  get program(): ServerPlan['program'] {
    return this.#plan.program;
  }

  get endpoint(): ServerEndpoint {
    return endpointOf(this.#plan);
  }

  /** Ends that nobody asked for, of all its lives. */
  get crashes(): readonly Crash[] {
    return this.#crashes;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get state(): ServerState {
    if (this.#child === undefined) return 'down';
    return this.#paused ? 'paused' : 'running';
  }

  /** How far its wall clock is ahead of the right time. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Starts the process without waiting until it serves. No effect when it is alive. */
  async launch(): Promise<void> {
    this.#launching ??= this.#launch();
    try {
      await this.#launching;
    } finally {
      this.#launching = undefined;
    }
  }

  async #launch(): Promise<void> {
    if (this.#child !== undefined) return;
    this.#ending = false;
    this.#paused = false;
    const child = await spawnServer(this.#plan, this.#aheadMs);
    this.#child = child;
    this.#exit = once(child, 'exit').then(() => this.#ended(child));
  }

  /** Starts it and waits until it is ready. Rejects with the end of its log when it does not. */
  async start(withinMs = READY_WITHIN_MS): Promise<void> {
    await this.launch();
    await this.untilReady(withinMs);
  }

  /** Rejects when it is not ready in time, or ends; it is left as it is. */
  async untilReady(withinMs = READY_WITHIN_MS): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!(await this.isReady())) {
      if (this.#child === undefined || performance.now() > endMs) {
        const why = this.#child === undefined ? 'has ended' : `is not ready after ${withinMs} ms`;
        throw new Error(`${this.name} ${why}:\n${await this.logTail()}`);
      }
      await sleep(ASK_EVERY_MS);
    }
  }

  /** Whether it says that it is ready. */
  async isReady(): Promise<boolean> {
    try {
      const url = `${this.endpoint.http}/health/readiness`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_LIMIT_MS) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  /** kill -9, and waits for the end. */
  async kill(): Promise<void> {
    await this.#launching;
    this.#ending = true;
    // somebody waits for its end
    this.#child?.ref();
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  /** Lets it finish what it accepted; kills it when that takes too long. */
  async stop(): Promise<void> {
    await this.#launching;
    const child = this.#child;
    if (child === undefined) return;
    this.#ending = true;
    child.ref();
    this.resume();
    child.kill('SIGTERM');
    const killing = new AbortController();
    const late = sleep(STOP_LIMIT_MS, undefined, { signal: killing.signal, ref: false });
    void late.then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await this.#exit;
    killing.abort();
  }

  /** Freezes it (SIGSTOP). */
  pause(): void {
    if (this.#child?.kill('SIGSTOP') === true) this.#paused = true;
  }

  /** Lets it go on (SIGCONT). */
  resume(): void {
    if (this.#paused) this.#child?.kill('SIGCONT');
    this.#paused = false;
  }

  /** Sets its wall clock wrong, or right again with 0; restarts do not change it. */
  async setAheadMs(aheadMs: number): Promise<void> {
    this.#aheadMs = aheadMs;
    const child = this.#child;
    if (child?.connected !== true) return;
    const set = new AbortController();
    const message: ClockMessage = { aheadMs };
    const done = new Promise<void>((resolve) => {
      const hear = (said: unknown): void => {
        if (isClockMessage(said) && said.aheadMs === aheadMs) resolve();
      };
      child.on('message', hear);
      set.signal.addEventListener('abort', () => child.off('message', hear), { once: true });
    });
    // one that dies on the way begins its next life with this clock
    child.send(message, () => undefined);
    const late = sleep(CLOCK_LIMIT_MS, undefined, { signal: set.signal }).catch(() => undefined);
    await Promise.race([done, this.#exit, late]);
    set.abort();
  }

  /** Of all its lives. */
  get logPath(): string {
    return logPath(this.#plan);
  }

  /** The end of its log, over all its lives. */
  async logTail(lines = 25): Promise<string> {
    try {
      const log = await readFile(this.logPath, 'utf8');
      return lastLines(log, lines).replace(/^(.{500}).+$/gm, '$1…');
    } catch {
      return `(no log at ${this.logPath})`;
    }
  }

  async #ended(child: ChildProcess): Promise<void> {
    this.#child = undefined;
    this.#paused = false;
    if (this.#ending) return;
    const { exitCode, signalCode } = child;
    const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
    const what = `${this.name} ended by itself, ${how}:\n${await this.logTail()}`;
    this.#crashes.push({ server: this.name, what });
  }
}
