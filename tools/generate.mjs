// Writes src/gen from proto/. With --check it writes to a temporary folder and
// compares instead: exit 1 and the list of stale files when they differ.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const GEN = join('src', 'gen');
const BUF = join(ROOT, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf');

/** Runs buf with its generated files under `target`/src/gen. */
function generate(target) {
  const run = spawnSync(process.execPath, [BUF, 'generate', '--output', target], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    // The plugin is started as `node`: let that be this one.
    env: { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH },
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`buf generate ended with ${run.status}`);
}

/** The TypeScript files below `folder`, as sorted paths relative to it. */
function generatedFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Files that differ between the folders, or stand in one of them only. */
function differences(wanted, found) {
  const names = new Set([...generatedFiles(wanted), ...generatedFiles(found)]);
  return [...names].filter((name) => {
    const pair = [join(wanted, name), join(found, name)];
    if (!pair.every((path) => existsSync(path))) return true;
    const [a, b] = pair.map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
    return a !== b;
  });
}

const target = mkdtempSync(join(tmpdir(), 'cassadra-gen-'));
try {
  generate(target);
  const stale = differences(join(target, GEN), join(ROOT, GEN));
  if (process.argv.includes('--check')) {
    for (const name of stale) console.error(`stale: ${join(GEN, name)} (npm run generate)`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    // A file whose .proto is gone goes with it.
    for (const name of stale) rmSync(join(ROOT, GEN, name), { force: true });
    generate(ROOT);
    console.log(stale.length === 0 ? 'src/gen is up to date' : `written: ${stale.join(', ')}`);
  }
} finally {
  rmSync(target, { recursive: true, force: true });
}
