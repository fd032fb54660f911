// Makes a checkout ready to run: installs the packages of package-lock.json,
// compiles to dist and bundles the server, each only when needed. Every npm script calls it
// first, so it uses nothing but Node and says nothing when there is nothing to do.
//
//   node tools/prepare.mjs             install, compile and bundle
//   node tools/prepare.mjs --install   install only
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleIncomplete } from './prepare/bundle-files.mjs';
import { withLock } from './prepare/lock.mjs';
import { installedAsLocked, installStamp } from './prepare/packages.mjs';
import { buildStamp, outputsMissing, removeOrphanedOutputs } from './prepare/sources.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const DIST = join(ROOT, 'dist');
const INSTALL_STAMP = join(MODULES, '.cassadra-install');
const BUILD_STAMP = join(DIST, '.cassadra-build');
const LOCK = join(DIST, '.prepare-lock');

/** Standard output belongs to the program that runs next. */
const say = (text) => process.stderr.write(`cassadra: ${text}\n`);

const matches = (path, stamp) => existsSync(path) && readFileSync(path, 'utf8') === stamp;

/** How to start npm without a shell: its script under this node where it can be found. */
function npmCommand() {
  const bin = dirname(process.execPath);
  const scripts = [
    process.env.npm_execpath ?? '',
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find((path) => basename(path) === 'npm-cli.js' && existsSync(path));
  if (script !== undefined) return { file: process.execPath, args: [script], shell: false };
  // Node starts .cmd files through a shell only; every argument below is fixed.
  if (process.platform === 'win32') return { file: 'npm.cmd', args: [], shell: true };
  return { file: 'npm', args: [], shell: false };
}

function run(what, file, args, shell = false) {
  const stdio = ['ignore', 2, 2];
  const result = spawnSync(file, args, { cwd: ROOT, stdio, shell });
  if (result.error) throw new Error(`${what} could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${what} failed`);
}

function install() {
  const stamp = installStamp(ROOT);
  if (matches(INSTALL_STAMP, stamp)) return;
  // Somebody may have run `npm ci` by hand: then there is nothing left to do.
  if (!installedAsLocked(ROOT)) {
    say('installing the packages of package-lock.json');
    const npm = npmCommand();
    // Nothing here needs an install script. The build needs the development
    // packages, also under NODE_ENV=production.
    const options = ['--ignore-scripts', '--include=dev', '--loglevel=error'];
    run('npm ci', npm.file, [...npm.args, 'ci', ...options], npm.shell);
  }
  writeFileSync(INSTALL_STAMP, stamp);
}

const isBuilt = (stamp) =>
  matches(BUILD_STAMP, stamp) && !outputsMissing(ROOT, DIST) && !bundleIncomplete(DIST);

function build() {
  // Taken before compiling: a source saved meanwhile is compiled next time.
  const stamp = buildStamp(ROOT);
  if (isBuilt(stamp)) return;
  say('compiling');
  removeOrphanedOutputs(ROOT, DIST);
  // tsc trusts its own records and would not write a lost output again.
  if (outputsMissing(ROOT, DIST)) rmSync(join(DIST, 'tsconfig.tsbuildinfo'), { force: true });
  run('tsc', process.execPath, [join(MODULES, 'typescript', 'bin', 'tsc')]);
  run('vite', process.execPath, [
    join(MODULES, 'vite', 'bin', 'vite.js'),
    ...['build', '--config', join('src', 'console', 'vite.config.mjs'), '--logLevel', 'warn'],
  ]);
  run('esbuild', process.execPath, [join(ROOT, 'tools', 'prepare', 'bundle.mjs')]);
  writeFileSync(BUILD_STAMP, stamp);
}

function isReady(steps) {
  if (!matches(INSTALL_STAMP, installStamp(ROOT))) return false;
  return !steps.includes(build) || isBuilt(buildStamp(ROOT));
}

const steps = process.argv.includes('--install') ? [install] : [install, build];
try {
  if (!isReady(steps)) {
    mkdirSync(DIST, { recursive: true });
    withLock(LOCK, say, () => {
      for (const step of steps) step();
    });
  }
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
