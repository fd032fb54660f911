import { execFile } from 'node:child_process';
import {
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { projectDirectory } from '../../../src/runtime/index.js';

const run = promisify(execFile);

/** Where this project was compiled to: `dist`, or a folder of it. */
const COMPILED = resolve(import.meta.dirname, '../../..');
const CODE = ['src', 'cmd', 'test', 'tools'];
/** What the code reads beside itself. */
const LINKED = ['node_modules', 'cql', 'proto', 'docs', 'deploy', 'package.json'];
const PATCHED_FILE = /^\+\+\+ b\/(?<file>.+)$/gm;

/** The compiled project in a temporary folder, for tests to run in. */
export interface ProjectCopy {
  readonly root: string;
  remove(): Promise<void>;
}

/** A patch does not fit the sources any more, or what it makes of them does not compile. */
export class PatchFailed extends Error {
  override readonly name = 'PatchFailed';
}

/** A copy of the compiled project as it is. */
export async function copyProject(): Promise<ProjectCopy> {
  const root = await mkdtemp(join(tmpdir(), 'cassadra-mutation-'));
  const from = projectDirectory();
  await Promise.all(LINKED.map((name) => symlink(join(from, name), join(root, name))));
  await Promise.all(CODE.map((name) => linkFiles(join(COMPILED, name), join(root, 'dist', name))));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Hard links where both are on one file system: what is changed has to be replaced. */
async function linkFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await linkFiles(source, target);
      else if (!entry.name.endsWith('.map')) {
        await link(source, target).catch(() => copyFile(source, target));
      }
    }),
  );
}

/** Compiles what the patch makes of the sources into the copy. Throws `PatchFailed`. */
export async function mutate(copy: ProjectCopy, patch: string): Promise<void> {
  const files = await patchSources(copy.root, patch);
  for (const file of files) {
    const js = compile(file, await readFile(join(copy.root, 'patched', file), 'utf8'));
    const target = join(copy.root, 'dist', file.replace(/\.ts$/, '.js'));
    await rm(target);
    await writeFile(target, js);
  }
}

/** Applies a patch to copies of the files that it names, below `patched/`; answers their paths. */
async function patchSources(root: string, patch: string): Promise<readonly string[]> {
  const text = await readFile(patch, 'utf8');
  const files = [...text.matchAll(PATCHED_FILE)].flatMap(({ groups }) => groups?.['file'] ?? []);
  const folder = join(root, 'patched');
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(projectDirectory(), file), join(folder, file)).catch((error: unknown) => {
      throw new PatchFailed(`${patch} must be renewed: ${String(error)}`);
    });
  }
  // Below the checkout git would take the paths for those of the checkout, and skip them.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: root };
  try {
    await run('git', ['apply', '--whitespace=nowarn', patch], { cwd: folder, env });
  } catch (error) {
    throw new PatchFailed(`${patch} must be renewed, it does not apply: ${String(error)}`);
  }
  return files;
}

function compile(file: string, source: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const [problem] = diagnostics;
  if (problem === undefined) return outputText;
  const message = ts.flattenDiagnosticMessageText(problem.messageText, ' ');
  throw new PatchFailed(`${file} as patched does not compile: ${message}`);
}
