import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';

const WAIT_MS = 30_000;

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a program is started that is not one of `cmd/`, or takes arguments. */
export interface ProgramStart {
  /** For node: the file and its arguments. Not given: the main file of the name, alone. */
  readonly args?: readonly string[];
  readonly cwd?: string;
}

/** One of our programs as a real process. Whatever happens, the test's end ends it. */
export class Program {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<ExitStatus>;
  #output = '';
  #watchers: (() => void)[] = [];

  constructor(
    context: TestContext,
    name: string,
    env: Readonly<Record<string, string>>,
    { args = [mainOf(name)], cwd = process.cwd() }: ProgramStart = {},
  ) {
    this.#name = name;
    this.#child = spawn(process.execPath, [...args], {
      cwd,
      // a free port, so that programs of several tests stand beside each other
      env: { PATH: process.env['PATH'], HTTP_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#wake();
      });
    }
    this.#exit = once(this.#child, 'close').then(() => {
      this.#wake();
      return { code: this.#child.exitCode, signal: this.#child.signalCode };
    });
    context.after(() => {
      if (this.#running) this.#child.kill('SIGKILL');
      return this.#exit;
    });
  }

  /** Standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with the first match of the output. Fails when the program ends without one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(() => pattern.exec(this.#output) ?? undefined, String(pattern));
  }

  /** Resolves when so many lines match. One pattern for all of them would take ages to fail. */
  async waitForLines(pattern: RegExp, count: number): Promise<void> {
    const lines = (): number =>
      this.#output.split('\n').filter((line) => pattern.test(line)).length;
    await this.#until(() => lines() >= count || undefined, `${count} lines ${String(pattern)}`);
  }

  async #until<Found>(look: () => Found | undefined, wanted: string): Promise<Found> {
    const expired = AbortSignal.timeout(WAIT_MS);
    expired.addEventListener('abort', () => this.#wake(), { once: true });
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (!this.#running || expired.aborted) {
        throw new Error(`${this.#name} did not print ${wanted}:\n${this.#output}`);
      }
      await new Promise<void>((resolve) => {
        this.#watchers.push(resolve);
      });
    }
  }

  /** Sends a signal to this process only and waits for its end. */
  stop(signal: NodeJS.Signals): Promise<ExitStatus> {
    this.#child.kill(signal);
    return this.#exit;
  }

  /** Sends a signal to this process only. */
  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for the program to end by itself. */
  exit(): Promise<ExitStatus> {
    return this.#exit;
  }

  #wake(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers = [];
  }
}

/** The compiled main file of a program of `cmd/`. */
export function mainOf(name: string): string {
  return fileURLToPath(new URL(`../../cmd/${name}/main.js`, import.meta.url));
}

export interface RunningStore {
  readonly program: Program;
  readonly port: number;
  readonly httpPort: number;
}

/** Starts a poller alone and waits until its storage is open. */
export async function startPoller(
  context: TestContext,
  env: Readonly<Record<string, string>>,
): Promise<Program> {
  const program = new Program(context, 'scheduler', env);
  await program.waitFor(/fires what is due/);
  await program.waitFor(/"msg":"the storage is open"/);
  return program;
}

/** Starts the server and waits until it says where it listens and that its storage is open. */
export async function startStore(
  context: TestContext,
  env: Readonly<Record<string, string>>,
  start: ProgramStart = {},
): Promise<RunningStore> {
  const program = new Program(context, 'grpc-store', { PORT: '0', ...env }, start);
  const ports = /gRPC on 127\.0\.0\.1:(\d+), HTTP on http:\/\/127\.0\.0\.1:(\d+)/;
  const match = await program.waitFor(ports);
  await program.waitFor(/"msg":"the storage is open"/);
  return { program, port: Number(match[1]), httpPort: Number(match[2]) };
}
