import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestContext } from 'node:test';
import { Program } from '../e2e/program.js';
import { inImage, type Image } from './image-build.js';

const run = promisify(execFile);

/** Above SHUTDOWN_GRACE_MS, as `docker stop` and Kubernetes are told to wait. */
const STOP_MS = 20_000;
const HEALTHY_MS = 60_000;

/** The variables of an image, with its absolute paths as folders of this machine. */
function environmentOf(
  image: Image,
  over: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = Object.entries({ ...image.env, ...over });
  return Object.fromEntries(
    all.map(([name, value]) => [name, value.startsWith('/') ? inImage(image, value) : value]),
  );
}

/** A container of an image: its command, in its folder, with its variables and some of ours. */
export class RunningImage {
  readonly program: Program;
  readonly #image: Image;
  readonly #env: Readonly<Record<string, string>>;

  constructor(context: TestContext, image: Image, over: Readonly<Record<string, string>>) {
    this.#image = image;
    this.#env = environmentOf(image, over);
    const [node, ...args] = image.command;
    if (node !== 'node') throw new Error(`the command is not Node: ${image.command.join(' ')}`);
    const cwd = inImage(image, image.workdir);
    this.program = new Program(context, args.at(-1) ?? '', this.#env, { args, cwd });
  }

  /** Runs the health check once; rejects with its words when it fails. */
  async check(): Promise<void> {
    const [node, ...args] = this.#image.healthcheck;
    if (node !== 'node') throw new Error('the image has no health check');
    const env = { PATH: process.env['PATH'], ...this.#env };
    await run(process.execPath, args, { cwd: inImage(this.#image, this.#image.workdir), env });
  }

  /** Repeats the health check until it passes. */
  async untilHealthy(): Promise<void> {
    const deadline = Date.now() + HEALTHY_MS;
    for (;;) {
      try {
        await this.check();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(this.program.output, { cause: error });
      }
    }
  }

  /** Stops it as `docker stop` does; rejects when it takes longer than it may. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const begun = performance.now();
    const late = AbortSignal.timeout(STOP_MS);
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.addEventListener('abort', () =>
        reject(new Error(`still there: ${this.program.output}`)),
      );
    });
    const { code } = await Promise.race([this.program.stop('SIGTERM'), tooLate]);
    return { code, tookMs: Math.round(performance.now() - begun) };
  }
}

/** All files of the image's own folder, packages excepted. */
export function filesOf(image: Image): string[] {
  const folder = inImage(image, image.workdir);
  return readdirSync(folder)
    .filter((name) => name !== 'node_modules')
    .flatMap((name) => {
      const isFile = readdirSync(folder, { withFileTypes: true }).some(
        (entry) => entry.name === name && entry.isFile(),
      );
      return isFile ? [name] : readdirSync(join(folder, name), { recursive: true }).map(String);
    })
    .toSorted();
}
