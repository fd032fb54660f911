// Before packing: compiles what is to be shipped, and writes the declarations that
// users of the package see (tsconfig.package.json).
//
//   node tools/declarations.mjs              compile, and write them into dist
//   node tools/declarations.mjs --dist DIR   write them beside what is compiled in DIR
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './prepare/lock.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const say = (text) => process.stderr.write(`cassadra: ${text}\n`);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exitCode = 1;
  return status === 0;
}

/** Those of sources that are gone would be shipped, too. */
function removeEarlier(dist) {
  for (const folder of ['src', 'cmd'].map((name) => join(dist, name)).filter(existsSync)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.name.endsWith('.d.ts')) rmSync(join(entry.parentPath, entry.name));
    }
  }
}

const [flag, given] = process.argv.slice(2);
const dist = flag === '--dist' ? resolve(given) : join(ROOT, 'dist');
if (flag === '--dist' || run(join(ROOT, 'tools', 'prepare.mjs'))) {
  // of two that pack at the same time, one would remove what the other has written
  withLock(join(dist, '.declarations-lock'), say, () => {
    removeEarlier(dist);
    run(TSC, '--project', join(ROOT, 'tsconfig.package.json'), '--outDir', dist);
  });
}
