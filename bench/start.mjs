// `npm run bench`: installs the packages of bench/package-lock.json when they have changed,
// compiles, and runs it. The product itself has been built by tools/prepare.mjs before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installStamp } from '../tools/prepare/packages.mjs';

const BENCH = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(BENCH);
const STAMP = join(BENCH, 'node_modules', '.cassadra-install');

function run(file, args, cwd = BENCH) {
  const { status, error } = spawnSync(file, args, { cwd, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const npm = (...args) => {
  const script = process.env.npm_execpath;
  if (script === undefined) run('npm', args);
  else run(process.execPath, [script, ...args]);
};

const stamp = installStamp(BENCH);
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  npm('ci', '--ignore-scripts', '--no-audit', '--loglevel=error');
  // SQLite of one peer is compiled here; without it that peer is left out, and the report says so.
  spawnSync('npm', ['rebuild', 'sqlite3'], { cwd: BENCH, stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, stamp);
}
// what the benchmark's own sources see of the product
run(process.execPath, [join(ROOT, 'tools', 'declarations.mjs')], ROOT);
run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', BENCH]);
run(process.execPath, ['--enable-source-maps', 'dist/main.js', ...process.argv.slice(2)]);
