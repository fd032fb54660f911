// All checks that need no running program, reported in order, each with its time;
// two run at once. Goes on after a failure, so that one run shows everything; exit 1
// when any step failed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['src', 'cmd', 'test', 'tools'].filter((folder) => existsSync(join(ROOT, folder)));
const OWN_PROTO = 'proto/cassadra';

const AT_ONCE = 2;

const tool = (path, ...args) => [process.execPath, join(ROOT, 'node_modules', path), ...args];
const own = (path, ...args) => [process.execPath, join(ROOT, 'tools', path), ...args];

function npm(...args) {
  const script = process.env.npm_execpath;
  return script === undefined ? ['npm', ...args] : [process.execPath, script, ...args];
}

const STEPS = [
  { name: 'format', command: tool('@biomejs/biome/bin/biome', 'format') },
  { name: 'lint', command: tool('eslint/bin/eslint.js', '.', '--ignore-pattern', 'bench') },
  {
    name: 'rooms',
    command: tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...FOLDERS],
    ),
  },
  {
    name: 'types',
    command: tool('typescript/bin/tsc', '--noEmit', '--incremental', 'false'),
  },
  {
    name: 'console types',
    command: tool('typescript/bin/tsc', '--project', 'src/console'),
  },
  { name: 'dead code', command: tool('knip/bin/knip.js', '--no-progress') },
  { name: 'generated code', command: own('generate.mjs', '--check') },
  {
    name: 'protocol',
    command: tool('@bufbuild/buf/bin/buf', 'lint', '--path', OWN_PROTO),
    skip: existsSync(join(ROOT, OWN_PROTO)) ? undefined : `no ${OWN_PROTO} yet`,
  },
  {
    name: 'benchmark',
    command: own('check-bench.mjs'),
    skip: existsSync(join(ROOT, 'bench/node_modules'))
      ? undefined
      : 'its packages are not installed: npm ci --ignore-scripts --prefix bench',
  },
  {
    name: 'lock file',
    command: npm('ci', '--dry-run', '--ignore-scripts', '--no-audit', '--loglevel=error'),
  },
];

/** Runs one step; its output comes back whole, so that steps never mix. */
function run([file, ...args]) {
  return new Promise((resolve) => {
    const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(file, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...color },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ passed: false, output: error.message }));
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}

const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Starts the steps in order, at most AT_ONCE together; gives one promise a step. */
function startAll(steps) {
  const waiting = steps.map((step) => {
    const entry = { step };
    entry.result = new Promise((resolve) => {
      entry.settle = resolve;
    });
    return entry;
  });
  const results = waiting.map((entry) => entry.result);
  const work = async () => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const begun = performance.now();
      const result = await run(entry.step.command);
      entry.settle({ ...result, took: seconds(begun) });
    }
  };
  for (let i = 0; i < AT_ONCE; i += 1) void work();
  return results;
}

const begun = performance.now();
const failed = [];
const steps = STEPS.filter(({ name, skip }) => {
  if (skip !== undefined) console.log(`-    ${name.padEnd(16)} ${skip}`);
  return skip === undefined;
});
for (const [index, result] of startAll(steps).entries()) {
  const { name } = steps[index];
  const { passed, output, took } = await result;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(16)} ${took}`);
  // eslint passes with warnings, which are worth a look.
  if (!passed || name === 'lint') process.stdout.write(output);
  if (!passed) failed.push(name);
}
const verdict = failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`;
console.log(`\n${verdict} in ${seconds(begun)}`);
process.exitCode = failed.length === 0 ? 0 : 1;
