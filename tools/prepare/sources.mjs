// What tsc reads and writes: the state of the sources, and outputs out of step with them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const FOLDERS = ['src', 'cmd', 'test', 'tools'];
const CONFIGURATION = [
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'tools/prepare/bundle.mjs',
  'tools/prepare/bundle-files.mjs',
];
/** Has a build of its own: src/console/vite.config.mjs. */
const CONSOLE = join('src', 'console');
const CONSOLE_PAGE = join('console', 'index.html');
const OUTPUT = /\.js(\.map)?$/;

/** Changes when a source is added, removed or saved, and with how it is compiled and bundled. */
export function buildStamp(root) {
  const hash = createHash('sha256');
  for (const path of [...CONFIGURATION, ...sourcesOf(root), ...consoleSourcesOf(root)]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** True when some source has no output. */
export function outputsMissing(root, dist) {
  if (!existsSync(join(dist, CONSOLE_PAGE))) return true;
  return sourcesOf(root).some((path) => !existsSync(join(dist, outputOf(path))));
}

/** Removes outputs whose source is gone: the test runner would go on running them. */
export function removeOrphanedOutputs(root, dist) {
  const wanted = new Set(sourcesOf(root).map(outputOf));
  for (const path of filesOf(dist, OUTPUT)) {
    // tests import some of it, and so tsc writes that, too
    if (path.startsWith(CONSOLE)) continue;
    if (!wanted.has(path.replace(/\.map$/, ''))) rmSync(join(dist, path));
  }
}

function outputOf(path) {
  return path.replace(/\.ts$/, '.js');
}

function sourcesOf(root) {
  return filesOf(root, /(?<!\.d)\.ts$/).filter((path) => !path.startsWith(CONSOLE));
}

function consoleSourcesOf(root) {
  return filesOf(root, /\./).filter((path) => path.startsWith(CONSOLE));
}

/** Files below the source folders of `base` whose names match, as sorted relative paths. */
function filesOf(base, name) {
  return FOLDERS.map((folder) => join(base, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => relative(base, join(entry.parentPath, entry.name)))
    .sort();
}
