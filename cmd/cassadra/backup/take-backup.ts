import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { copyData, DATA_FILE, readContents } from '../../../src/backends/embedded/index.js';
import { projectVersion, type Clock } from '../../../src/runtime/index.js';
import { CliError } from '../cli-error.js';
import { asTold, codeOf, isThere, sumOf, syncFile, syncFolder } from './durable-files.js';
import { BACKUP_FILE, MANIFEST_FILE, newManifest, PARTIAL, type Manifest } from './manifest.js';
import { removedOnSignals } from './unfinished.js';

export interface BackupWish {
  readonly dataDir: string;
  /** A new folder. */
  readonly to: string;
}

/**
 * Copies the embedded store of a folder, beside servers that write it. The folder of the backup
 * gets its name when everything in it is on the disk.
 */
export async function takeBackup({ dataDir, to }: BackupWish, clock: Clock): Promise<Manifest> {
  const target = resolve(to);
  const source = join(resolve(dataDir), DATA_FILE);
  if (await isThere(target)) {
    throw new CliError('conflict', `${target} exists already: name a new folder`);
  }
  if (!(await isThere(source))) {
    throw new CliError('absent', `${dirname(source)} holds no data: name the folder by --data-dir`);
  }
  const partial = `${target}${PARTIAL}`;
  await makePartial(partial);
  const finished = removedOnSignals(partial);
  try {
    const manifest = await fill(partial, source, clock);
    await rename(partial, target);
    await syncFolder(dirname(target));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw asTold(error, target);
  } finally {
    finished();
  }
}

async function makePartial(partial: string): Promise<void> {
  await mkdir(dirname(partial), { recursive: true });
  try {
    // everything that the store holds can be read in it
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const advice = 'another backup is under way, or one was killed: then delete it';
    throw new CliError('conflict', `${partial} exists: ${advice}`);
  }
}

async function fill(folder: string, source: string, clock: Clock): Promise<Manifest> {
  const takenMs = clock.nowMs();
  const copy = join(folder, BACKUP_FILE);
  await copyData(source, copy);
  await syncFile(copy);
  const contents = await readContents(copy);
  // LMDB's, of the look at the copy
  await rm(`${copy}-lock`, { force: true });
  const program = `cassadra ${projectVersion()}`;
  const manifest = newManifest({ program, takenMs, ...(await sumOf(copy)), contents });
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(folder, MANIFEST_FILE), text, { flush: true });
  await syncFolder(folder);
  return manifest;
}
