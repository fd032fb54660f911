// Before packing: compiles what is to be shipped, and writes the declarations that
// users of the package see (tsconfig.package.json).
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const steps = [
  [join(ROOT, 'tools', 'prepare.mjs')],
  [TSC, '--project', join(ROOT, 'tsconfig.package.json')],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
