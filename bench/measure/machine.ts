import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GHZ_VERSION } from '../load/ghz-binary.js';

/** The checkout, seen from bench/dist/measure. */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What a run writes is no change of what it measures. */
const NOT_MEASURED = ['bench/results', 'bench/plots', 'bench/RESULTS.md', 'README.md'].map(
  (it) => `:!${it}`,
);

/** Where and of what a run was made. */
export interface Machine {
  readonly commit: string;
  readonly atIso: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** That makes load; runs before it was noted lack it. */
  readonly ghz?: string;
}

export function thisMachine(nowMs: number): Machine {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', '.', ...NOT_MEASURED);
  return {
    commit: `${git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : ' with changes'}`,
    atIso: new Date(nowMs).toISOString(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    ghz: GHZ_VERSION,
  };
}
