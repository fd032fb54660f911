import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { killWithProcess } from '../cassandra/child-reaper.js';

const LINES_MAX = 2_000;
const KILL_AFTER_MS = 15_000;

export interface ChildStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Told of each line that it prints. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A program that runs beside this one and ends with it at the latest. */
export class ChildProgram {
  /** Its exit code when it has ended; null: a signal ended it. */
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  #ended = false;

  constructor({ command, args, env = {}, onLine }: ChildStart) {
    this.#child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...env },
    });
    killWithProcess(this.#child);
    for (const input of [this.#child.stdout, this.#child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LINES_MAX) this.#lines.shift();
        onLine?.(line);
        this.#wake();
      });
    }
    this.exit = once(this.#child, 'close').then(() => {
      this.#ended = true;
      this.#wake();
      return this.#child.exitCode;
    });
    // a command that cannot be started: whoever waits for something is told
    this.exit.catch((error: unknown) => {
      this.#lines.push(String(error));
      this.#ended = true;
      this.#wake();
    });
  }

  /** What it has printed, the last 2,000 lines. */
  get output(): string {
    return this.#lines.join('\n');
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The first match of its output. Rejects when it ends before, or after the time. */
  async waitFor(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const expired = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      if (this.#ended || expired.aborted) throw new Error(this.output || 'it printed nothing');
      await this.#change(expired);
    }
  }

  /** Tells it to stop and waits for its end; one that does not stop is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#ended) return this.exit;
    this.#child.kill(signal);
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    try {
      return await this.exit;
    } finally {
      clearTimeout(kill);
    }
  }

  #change(expired: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#watchers.delete(wake);
        resolve();
      };
      this.#watchers.add(wake);
      expired.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
  }
}
