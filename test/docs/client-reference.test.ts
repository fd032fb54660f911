import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { localLinksOf } from './markdown.js';
import { ROOT } from './readme-runner.js';

const TEXT = readFileSync(`${ROOT}docs/client.md`, 'utf8');
const LINES_MAX = 380;
const ENTRIES = [`${ROOT}src/client/index.ts`, `${ROOT}src/testing/index.ts`] as const;

/** The part of the page under `## Testing`, and the rest. */
const [CLIENT = '', TESTING = ''] = TEXT.split('\n## Testing\n');

/** The names in the first cells of the tables with that heading. */
function namesIn(text: string, heading: string): string[] {
  const tables = text.matchAll(
    new RegExp(`^\\| ${heading} \\|.*\\n\\|-.*\\n((?:\\|.*\\n?)*)`, 'gm'),
  );
  return [...tables].flatMap(([, rows = '']) =>
    rows.split('\n').flatMap((row) => {
      const cell = row.split(' | ')[0] ?? '';
      return [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    }),
  );
}

/** The sections `### Name` with a table of fields or methods: name to text. */
const sections = [...TEXT.matchAll(/^### (\w+)\n([^]*?)(?=^##|(?![^]))/gm)].map(
  ([, name = '', text = '']) => ({ name, text }),
);

function readProgram(): { program: ts.Program; checker: ts.TypeChecker } {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) =>
    readFileSync(path, 'utf8'),
  ) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const program = ts.createProgram(ENTRIES, { ...options, noEmit: true, incremental: false });
  return { program, checker: program.getTypeChecker() };
}

const { program, checker } = readProgram();

function exportsOf(path: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  assert.ok(module !== undefined, path);
  return checker.getExportsOfModule(module);
}

/** The members of an exported interface. */
function membersOf(name: string): string[] {
  const found = ENTRIES.flatMap(exportsOf).find((symbol) => symbol.name === name);
  assert.ok(found !== undefined, `${name} is not exported`);
  const symbol = found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  return checker.getPropertiesOfType(type).map((property) => property.name);
}

describe('docs/client.md', () => {
  test('names every export once, and no other', () => {
    for (const [index, text] of [CLIENT, TESTING].entries()) {
      const exported = exportsOf(ENTRIES[index] ?? '').map((symbol) => symbol.name);
      assert.deepEqual(namesIn(text, 'Export').toSorted(), exported.toSorted());
    }
  });

  test('its tables of methods and fields are those of the code', () => {
    assert.ok(sections.length >= 6);
    for (const { name, text } of sections) {
      const shown = [...namesIn(text, 'Field'), ...namesIn(text, 'Method')];
      assert.deepEqual(shown.toSorted(), membersOf(name).toSorted(), name);
    }
  });

  test('is short and links to what exists', () => {
    assert.ok(TEXT.trimEnd().split('\n').length <= LINES_MAX);
    for (const target of localLinksOf(TEXT)) {
      const [file = ''] = target.split('#');
      assert.ok(existsSync(join(ROOT, 'docs', file)), `${target} does not exist`);
    }
  });
});
