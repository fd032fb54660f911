import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { blocksOf, type Block } from './markdown.js';
import { ROOT } from './readme-runner.js';

/** What is compiled together with this file: dist, or where a developer compiles to. */
const COMPILED = fileURLToPath(new URL('../../', import.meta.url));
const FILE = /^file=(\S+)$/;

/** A guide of docs/guides. */
export interface Guide {
  /** Its path from the root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export function readGuide(name: string): Guide {
  const path = `docs/guides/${name}.md`;
  const text = readFileSync(`${ROOT}${path}`, 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

/** The name of the file that a block is; undefined when it is none. */
export function fileNameOf({ note }: Block): string | undefined {
  return FILE.exec(note)?.[1];
}

/** Makes a folder what a user has after `npm install cassadra zod`. */
export function installInto(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'cassadra'), { recursive: true });
  writeFileSync(join(modules, 'cassadra/package.json'), readFileSync(`${ROOT}package.json`));
  symlinkSync(COMPILED, join(modules, 'cassadra/dist'), 'dir');
  symlinkSync(`${ROOT}node_modules/zod`, join(modules, 'zod'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}

/** Writes the files of a guide, with other texts (addresses) in them; answers the paths. */
export function writeFilesOf(
  guide: Guide,
  folder: string,
  replace: ReadonlyMap<string, string>,
): string[] {
  mkdirSync(folder, { recursive: true });
  return guide.blocks.flatMap((block) => {
    const name = fileNameOf(block);
    if (name === undefined) return [];
    const path = join(folder, name);
    writeFileSync(path, replaced(block.text, replace));
    return name.endsWith('.ts') ? [path] : [];
  });
}

/** The text with other texts in it. */
export function replaced(text: string, replace: ReadonlyMap<string, string>): string {
  return [...replace].reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

/** The compiler options that the index of the guides shows. */
function shownOptions(): ts.CompilerOptions {
  const block = readGuide('README').blocks.find(({ note }) => note === 'file=tsconfig.json');
  const { compilerOptions } = JSON.parse(block?.text ?? '{}') as { compilerOptions: object };
  const { options, errors } = ts.convertCompilerOptionsFromJson(compilerOptions, ROOT);
  assert.deepEqual(errors, []);
  return options;
}

/**
 * Checks the types of all files at once, as a user's compiler would, and writes JavaScript beside
 * them. The package is seen by its sources: the declarations are made of these when it is packed.
 */
export function compile(paths: readonly string[]): void {
  const options: ts.CompilerOptions = {
    ...shownOptions(),
    noEmit: true,
    skipLibCheck: true,
    typeRoots: [`${ROOT}node_modules/@types`],
    paths: {
      cassadra: [`${ROOT}src/client/index.ts`],
      'cassadra/testing': [`${ROOT}src/testing/index.ts`],
    },
  };
  const program = ts.createProgram([...paths], options);
  const problems = paths.flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  const host = {
    getCanonicalFileName: String,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => '\n',
  };
  assert.equal(ts.formatDiagnostics([...program.getOptionsDiagnostics(), ...problems], host), '');
  for (const path of paths) {
    const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
      compilerOptions: { ...options, module: ts.ModuleKind.ESNext },
      fileName: path,
    });
    writeFileSync(path.replace(/\.ts$/, '.js'), outputText);
  }
}
