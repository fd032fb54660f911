// Compiles and lints bench/, which has packages of its own and sees the product as its users do:
// by the declarations of the package.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STEPS = [
  ['tools/declarations.mjs'],
  ['node_modules/typescript/bin/tsc', '-p', 'bench', '--noEmit', '--incremental', 'false'],
  ['node_modules/eslint/bin/eslint.js', 'bench'],
];

for (const [script, ...args] of STEPS) {
  const options = { cwd: ROOT, stdio: 'inherit' };
  const { status } = spawnSync(process.execPath, [join(ROOT, script), ...args], options);
  if (status !== 0) process.exit(status ?? 1);
}
