import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Instruction, Stage } from './dockerfile.js';

const run = promisify(execFile);

const RUN_MS = 300_000;
/** Images that are taken as they are: they bring Node, npm and a shell, as this machine does. */
const BASE_IMAGES: ReadonlySet<string> = new Set(['node:24-slim']);
/** What a build needs to reach its registry; nothing else of this process gets in. */
const NETWORK = /^(HOME|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_(registry|cache))$/i;

/** What a stage has become. */
export interface Image {
  /** The folder that stands for its file system. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly ports: readonly number[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

const EMPTY: Omit<Image, 'root'> = {
  workdir: '/',
  env: {},
  user: 'root',
  ports: [],
  command: [],
  healthcheck: [],
};

export interface BuildPlace {
  /** What Docker would be sent. */
  readonly context: string;
  /** Where the file systems of the stages are made. */
  readonly folder: string;
  /** Told each step, and what it took. */
  readonly log: (line: string) => void;
}

/** Performs the stages of a Dockerfile in folders; each stage once, as Docker's cache does. */
export class ImageBuild {
  readonly #stages: readonly Stage[];
  readonly #place: BuildPlace;
  readonly #images = new Map<string, Promise<Image>>();

  constructor(stages: readonly Stage[], place: BuildPlace) {
    this.#stages = stages;
    this.#place = place;
  }

  /** The image of a stage. Rejects when a step fails. */
  image(name: string): Promise<Image> {
    const known = this.#images.get(name) ?? this.#build(name);
    this.#images.set(name, known);
    return known;
  }

  async #build(name: string): Promise<Image> {
    const stage = this.#stages.find((candidate) => candidate.name === name);
    if (stage === undefined) throw new Error(`no stage ${name}`);
    let image = await this.#base(stage);
    for (const instruction of stage.instructions) {
      const begun = performance.now();
      image = await this.#step(image, instruction);
      const tookMs = Math.round(performance.now() - begun);
      this.#place.log(`${name}: ${describe(instruction)} (${tookMs} ms)`);
    }
    return image;
  }

  async #base({ from, name, instructions }: Stage): Promise<Image> {
    const root = join(this.#place.folder, name);
    if (BASE_IMAGES.has(from)) {
      await mkdir(root);
      return { ...EMPTY, root };
    }
    const below = await this.image(from);
    // A stage that only says things may share the files; another would change those below.
    if (!instructions.some(({ kind }) => ['copy', 'run', 'workdir'].includes(kind))) return below;
    await cp(below.root, root, { recursive: true, verbatimSymlinks: true });
    return { ...below, root };
  }

  async #step(image: Image, step: Instruction): Promise<Image> {
    switch (step.kind) {
      case 'workdir':
        await mkdir(join(image.root, step.path), { recursive: true });
        return { ...image, workdir: step.path };
      case 'copy':
        await this.#copy(image, step);
        return image;
      case 'run':
        await runIn(image, step.command);
        return image;
      case 'env':
        return { ...image, env: { ...image.env, ...step.variables } };
      case 'expose':
        return { ...image, ports: [...image.ports, ...step.ports] };
      case 'healthcheck':
        return { ...image, healthcheck: step.command };
      case 'cmd':
        return { ...image, command: step.command };
      case 'user':
        return { ...image, user: step.user };
    }
  }

  async #copy(image: Image, step: Extract<Instruction, { kind: 'copy' }>): Promise<void> {
    const { from, sources, target } = step;
    const origin = from === undefined ? this.#place.context : (await this.image(from)).root;
    const goal = inImage(image, target);
    if (sources.length > 1 && !target.endsWith('/')) throw new Error(`${target} has to end in /`);
    for (const source of sources) {
      const path = join(origin, source);
      if (!existsSync(path)) throw new Error(`COPY ${source}: not there, or in .dockerignore`);
      const intoFolder = target.endsWith('/') && !statSync(path).isDirectory();
      const to = intoFolder ? join(goal, basename(source)) : goal;
      await mkdir(dirname(to), { recursive: true });
      await (from === undefined ? cp(path, to, { recursive: true }) : link(path, to));
    }
  }
}

/** What a stage hands on is not changed by either: links are as good as copies, and fast. */
async function link(path: string, to: string): Promise<void> {
  if (!statSync(path).isDirectory()) {
    await cp(path, to);
    return;
  }
  await mkdir(to, { recursive: true });
  await run('cp', ['-Rl', `${path}/.`, to]);
}

/** A path of the image as one of this machine. */
export function inImage(image: Image, path: string): string {
  return path.startsWith('/') ? join(image.root, path) : join(image.root, image.workdir, path);
}

async function runIn(image: Image, command: string): Promise<void> {
  // It would be a path of this machine.
  if (/(^|[\s='"])\//.test(command)) throw new Error(`RUN with an absolute path: ${command}`);
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  const PATH = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const env = { ...Object.fromEntries(network), PATH, ...image.env };
  const cwd = join(image.root, image.workdir);
  await run('/bin/sh', ['-c', command], { cwd, env, timeout: RUN_MS, maxBuffer: 2 ** 24 }).catch(
    (error: unknown) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`RUN ${command}\n${stdout}${stderr}`, { cause: error });
    },
  );
}

function describe(step: Instruction): string {
  switch (step.kind) {
    case 'copy':
      return `COPY ${step.sources.join(' ')} ${step.target}`;
    case 'run':
      return `RUN ${step.command}`;
    default:
      return `${step.kind.toUpperCase()}`;
  }
}
