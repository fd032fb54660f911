import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectDirectory } from '../../src/runtime/index.js';

const ROOT = projectDirectory();
/** What this test itself was compiled with: dist, or another folder. */
const COMPILED = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const run = promisify(execFile);

/** A package as `npm pack` reports it. */
export interface Packed {
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'cassadra-pack-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npm', [...args], { cwd, maxBuffer: 16 * 1_048_576 });
  return stdout;
}

/** Packs a copy, so that the checkout stays as it is. */
export async function pack(t: TestContext): Promise<Packed> {
  const stage = temporaryFolder(t);
  for (const part of ['package.json', 'CHANGELOG.md', 'cql', 'proto', 'docs']) {
    cpSync(join(ROOT, part), join(stage, part), { recursive: true });
  }
  for (const part of ['src', 'cmd']) {
    cpSync(join(COMPILED, part), join(stage, 'dist', part), { recursive: true });
  }
  const declarations = join(ROOT, 'tools', 'declarations.mjs');
  await run(process.execPath, [declarations, '--dist', join(stage, 'dist')]);
  const [report] = JSON.parse(await npm(stage, 'pack', '--ignore-scripts', '--json')) as {
    readonly filename: string;
    readonly size: number;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (report === undefined) throw new Error('npm pack says nothing');
  const files = report.files.map(({ path }) => path);
  return { path: join(stage, report.filename), bytes: report.size, files };
}

/** Somebody's own project with the package in it. */
export class PackedProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async install(t: TestContext, packed: Packed): Promise<PackedProject> {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await npm(folder, 'install', ...quiet, packed.path, 'zod@4.6.7');
    return new PackedProject(folder);
  }

  /** Compiles a strict program and everything that it sees of the package; gives its path. */
  async compile(program: string): Promise<string> {
    const compilerOptions = {
      ...{ target: 'ES2022', module: 'NodeNext', strict: true, skipLibCheck: false },
      ...{
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        rootDir: 'source',
        outDir: 'out',
      },
      ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
    };
    const source = join(this.folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'program.ts'), program);
    const configuration = JSON.stringify({ compilerOptions, include: ['source'] });
    writeFileSync(join(this.folder, 'tsconfig.json'), configuration);
    await run(process.execPath, [TSC, '--project', '.'], { cwd: this.folder }).catch(
      ({ stdout }: { readonly stdout: string }) => {
        throw new Error(`it does not compile:\n${stdout}`);
      },
    );
    return join(this.folder, 'out', 'program.js');
  }

  /** What a program prints. */
  async output(...args: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [...args], { cwd: this.folder });
    return stdout;
  }
}
