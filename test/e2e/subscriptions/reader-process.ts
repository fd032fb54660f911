import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReadersPlan } from './reader-plan.js';

/** How long something to come may take. */
const WAIT_MS = 60_000;
const PROGRAM = fileURLToPath(new URL('./reader-program.js', import.meta.url));

/** The readers of a plan as a process. The test's end ends it. */
export class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #errors = '';
  #handled = 0;
  #losses = 0;
  #look: () => void = () => undefined;

  constructor(context: TestContext, plan: ReadersPlan) {
    this.#child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const sign of text) {
        if (sign === '.') this.#handled += 1;
        if (sign === 'x') this.#losses += 1;
      }
      this.#look();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#closed = once(this.#child, 'close').then(() => this.#look());
    context.after(() => this.end('SIGKILL'));
  }

  /** How often its readers of all types have handled an event, with repeats. */
  get handled(): number {
    return this.#handled;
  }

  /** How often a subscription was about to connect again. */
  get losses(): number {
    return this.#losses;
  }

  /** Until so many were handled. Throws when it ends before, or takes too long. */
  async untilHandled(count: number): Promise<void> {
    if (await this.until(() => this.#handled >= count)) return;
    throw new Error(`${this.#handled} events were handled, not ${count}`);
  }

  /** Until something holds; it is looked at whenever an event was handled. False: in vain. */
  async until(holds: () => boolean): Promise<boolean> {
    const expired = AbortSignal.timeout(WAIT_MS);
    expired.addEventListener('abort', () => this.#look(), { once: true });
    for (let told = this.#told(); !holds(); told = this.#told()) {
      if (expired.aborted) return false;
      await told;
    }
    return true;
  }

  #told(): Promise<void> {
    if (!this.#running) throw new Error(`the readers have ended:\n${this.#errors}`);
    return new Promise((resolve) => (this.#look = resolve));
  }

  /** Sends a signal and waits for the end. What it printed on standard error, which is nothing. */
  async end(signal: NodeJS.Signals): Promise<string> {
    if (this.#running) this.#child.kill(signal);
    await this.#closed;
    return this.#errors;
  }

  get #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}
