import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  linesOf,
  problemsOfCode,
  problemsOfDocument,
  problemsOfName,
  problemsOfPins,
  problemsOfRoomReadme,
  type TextFile,
} from './tidy-rules.js';

/** From dist/test/docs. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', 'data', '.git']);
const CODE_FOLDER = /^(src|cmd|test|tools|bench)\//;
const GENERATED = /^src\/gen\//;
const ROOM = /^(src\/(?:backends|transport)\/[^/]+|src\/(?!backends\/|transport\/)[^/]+)\//;
const CONTRIBUTING_LINES_MAX = 60;

interface Configuration {
  readonly forbidden: readonly { readonly from: { readonly path?: string } }[];
}

function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pathsBelow(path) : [relative(ROOT, path).split(sep).join('/')];
  });
}

const paths = pathsBelow(ROOT);

function read(path: string): TextFile {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Fails with the problems, one a line, when there are any. */
function assertTidy(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`\n${problems.join('\n')}`);
}

const code = paths
  .filter(
    (path) => CODE_FOLDER.test(path) && !GENERATED.test(path) && /\.tsx?$|\.m[jt]s$/.test(path),
  )
  .map(read);
const documents = paths.filter((path) => path.endsWith('.md')).map(read);
const rooms = [...new Set(paths.flatMap((path) => ROOM.exec(path)?.[1] ?? []))];

describe('the checkout is tidy', () => {
  it('sees files of every kind', () => {
    assert.ok(code.some((file) => file.path === 'test/docs/tidy.test.ts'));
    assert.ok(documents.some((file) => file.path === 'CONTRIBUTING.md'));
    assert.ok(rooms.includes('src/core') && rooms.includes('src/backends/cassandra'));
    assert.ok(paths.some((path) => path.endsWith('.cql')));
  });

  it('code: length of lines and files, lint-off with a reason, no notes to oneself', () => {
    assertTidy(code.flatMap(problemsOfCode));
  });

  it('documents: exactly one title', () => {
    assertTidy(documents.flatMap(problemsOfDocument));
  });

  it('every room has a README of at most 30 lines', () => {
    const readmes = new Map(documents.map((file) => [file.path, file]));
    const problems = rooms.flatMap((room) =>
      problemsOfRoomReadme(room, readmes.get(`${room}/README.md`)),
    );
    assertTidy(problems);
  });

  it('src/README.md names every room', () => {
    assert.ok(paths.includes('src/README.md'), 'src/README.md, the map of the rooms, is missing');
    const map = read('src/README.md').text;
    const missing = rooms.filter((room) => !map.includes(room.replace('src/', '')));
    assertTidy(missing.map((room) => `src/README.md does not name ${room}`));
  });

  it('every room has an arrow in .dependency-cruiser.cjs', () => {
    const require = createRequire(import.meta.url);
    const configuration = require(join(ROOT, '.dependency-cruiser.cjs')) as Configuration;
    const { forbidden } = configuration;
    const tops = new Set(rooms.map((room) => room.split('/').slice(0, 2).join('/')));
    const without = [...tops].filter((top) => !forbidden.some((r) => r.from.path === `^${top}/`));
    assertTidy(without.map((room) => `${room} has no rule that says what it may import`));
  });

  it('every file of cql/ is named in cql/README.md', () => {
    const readme = read('cql/README.md').text;
    const names = paths.filter((path) => /^cql\/.*\.cql$/.test(path)).map((path) => path.slice(4));
    assertTidy(names.filter((name) => !readme.includes(name)));
  });

  it('names say what is inside', () => {
    assertTidy(paths.filter((path) => CODE_FOLDER.test(path)).flatMap(problemsOfName));
  });

  it('versions are exact', () => {
    const manifests = paths.filter((path) => /(^|\/)package\.json$/.test(path));
    assertTidy(manifests.map(read).flatMap(problemsOfPins));
  });

  it('CONTRIBUTING fits a page', () => {
    assert.ok(linesOf(read('CONTRIBUTING.md').text).length <= CONTRIBUTING_LINES_MAX);
  });
});

describe('each tidiness rule sees its offence', () => {
  const offence = (text: string, path = 'src/core/x.ts'): TextFile => ({ path, text });
  const off = 'eslint-' + 'disable-next-line';
  const offences: [string, readonly string[]][] = [
    ['long line', problemsOfCode(offence(`// ${'x'.repeat(98)}`))],
    ['long file', problemsOfCode(offence('\n'.repeat(402)))],
    ['long main', problemsOfCode(offence('\n'.repeat(62), 'cmd/x/main.ts'))],
    ['note', problemsOfCode(offence(`// ${'TO'}${'DO'}: later`))],
    ['no reason', problemsOfCode(offence(`// ${off} no-console`))],
    ['no rule', problemsOfCode(offence(`// ${off} -- because`))],
    ['all rules', problemsOfCode(offence(`/* ${'eslint-'}${'disable'} -- because */`))],
    ['configured', problemsOfCode(offence(`/${'*'} eslint no-console: 0 */`))],
    ['two titles', problemsOfDocument(offence('# a\n# b\n'))],
    ['no title', problemsOfDocument(offence('a\n```\n# a comment\n```\n'))],
    ['no README', problemsOfRoomReadme('src/core', undefined)],
    ['long README', problemsOfRoomReadme('src/core', offence('x\n'.repeat(31)))],
    ['empty name', problemsOfName('src/core/string-utils.ts')],
    ['empty folder name', problemsOfName('src/common/x.ts')],
    ['range', problemsOfPins(offence('{"dependencies":{"a":"^1.0.0"}}'))],
  ];
  for (const [name, problems] of offences) {
    it(name, () => {
      assert.equal(problems.length, 1, problems.join('\n'));
    });
  }

  it('and nothing else', () => {
    assertTidy([
      ...problemsOfCode(offence(`// ${off} no-console -- the user reads this\n`)),
      ...problemsOfCode(offence('\n'.repeat(400))),
      ...problemsOfDocument(offence('# a\n\n```\n# a comment\n```\n')),
      ...problemsOfName('src/core/append-plan.ts'),
      ...problemsOfPins(offence('{"dependencies":{"a":"1.0.0"}}')),
    ]);
  });
});
