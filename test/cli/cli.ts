import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cmd/cassadra/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** One run of the command line. It is killed when the test ends before it. */
export class CliRun {
  readonly child: ChildProcess;
  readonly #result: Promise<CliResult>;
  #stdout = '';
  #stderr = '';
  #waiting: (() => void)[] = [];

  constructor(context: TestContext, args: readonly string[], env: Environment, stdin?: string) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdin?.on('error', () => undefined).end(stdin ?? '');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#wake();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#result = once(this.child, 'close').then(() => {
      this.#wake();
      return { code: this.child.exitCode, stdout: this.#stdout, stderr: this.#stderr };
    });
    context.after(() => {
      this.child.kill('SIGKILL');
      return this.#result;
    });
  }

  /** Resolves when the program has ended. */
  result(): Promise<CliResult> {
    return this.#result;
  }

  /** Resolves when standard output matches. Fails when the program ends without it. */
  async prints(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stdout)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`it did not print ${String(pattern)}: ${this.#stdout}${this.#stderr}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** Runs the command line against a server, each time in a process of its own. */
export class Cli {
  readonly #context: TestContext;
  readonly #env: Environment;

  constructor(context: TestContext, env: Environment) {
    this.#context = context;
    this.#env = env;
  }

  static of(context: TestContext, port: number): Cli {
    return new Cli(context, { CASSADRA_SERVER: `127.0.0.1:${port}` });
  }

  start(args: readonly string[], stdin?: string): CliRun {
    return new CliRun(this.#context, args, this.#env, stdin);
  }

  run(args: readonly string[], stdin?: string): Promise<CliResult> {
    return this.start(args, stdin).result();
  }

  /** What a run that ends well prints. */
  async output(args: readonly string[], stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, stdin);
    if (code === 0) return stdout;
    throw new Error(`cassadra ${args.join(' ')} ended with ${String(code)}: ${stderr}${stdout}`);
  }
}

/** The objects of JSON lines. */
export function objectsIn(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
