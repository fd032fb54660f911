import { link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DATA_FILE, processesWith, readContents } from '../../../src/backends/embedded/index.js';
import { AppError } from '../../../src/core/index.js';
import type { Clock } from '../../../src/runtime/index.js';
import { CliError } from '../cli-error.js';
import { asTold, codeOf, copyDurably, isThere, syncFolder } from './durable-files.js';
import { BACKUP_FILE, readManifest, type Manifest } from './manifest.js';
import { removedOnSignals } from './unfinished.js';

export interface RestoreWish {
  readonly from: string;
  readonly dataDir: string;
  /** Moves data that is there aside. */
  readonly force: boolean;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where the data is that was there. */
  readonly aside: string | undefined;
}

/** What a restore that was killed has left begins with it. */
const UNFINISHED = `${DATA_FILE}.restoring-`;

/**
 * Puts a backup into a data directory. The data file there is the old one or the new one at every
 * moment, whenever this is killed.
 */
export async function restoreBackup(wish: RestoreWish, clock: Clock): Promise<Restored> {
  const from = resolve(wish.from);
  const file = join(resolve(wish.dataDir), DATA_FILE);
  const manifest = await readManifest(from);
  const replaces = await isThere(file);
  if (replaces) await requireFree(file, wish.force);
  await mkdir(dirname(file), { recursive: true });
  await removeUnfinished(dirname(file));
  const fresh = join(dirname(file), `${UNFINISHED}${process.pid}`);
  const finished = removedOnSignals(fresh);
  try {
    await copyChecked(join(from, BACKUP_FILE), fresh, manifest);
    // a server may have been started meanwhile
    if (replaces) await requireFree(file, wish.force);
    const aside = replaces ? await moveAside(file, clock) : undefined;
    if (replaces) await rename(fresh, file);
    else await place(fresh, file);
    await syncFolder(dirname(file));
    return { manifest, aside };
  } catch (error) {
    throw asTold(error, file);
  } finally {
    finished();
    await rm(fresh, { force: true });
  }
}

async function requireFree(file: string, force: boolean): Promise<void> {
  const folder = dirname(file);
  if (!force) {
    const advice = 'name another --data-dir, or move it aside by --force';
    throw new CliError('conflict', `${folder} holds data already: ${advice}`);
  }
  const pids = await users(file);
  if (pids.length === 0) return;
  throw new CliError('conflict', `${folder} is open in process ${pids.join(', ')}: stop it first`);
}

/** No server runs on data that cannot be opened. */
async function users(file: string): Promise<readonly number[]> {
  try {
    return await processesWith(file);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
  }
}

/** Copies the data to `fresh`, and looks whether the copy is what the backup says of itself. */
async function copyChecked(source: string, fresh: string, manifest: Manifest): Promise<void> {
  try {
    const { bytes, sha256 } = await copyDurably(source, fresh);
    if (bytes !== manifest.bytes) throw damaged(source, `${bytes} bytes of ${manifest.bytes}`);
    if (sha256 !== manifest.sha256) throw damaged(source, 'its sum is another one');
    await readContents(fresh);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw damaged(source, 'it is missing');
    throw error;
  } finally {
    await rm(`${fresh}-lock`, { force: true });
  }
}

function damaged(path: string, how: string): CliError {
  const advice = 'nothing was restored, take another backup';
  return new CliError('failed', `${path} is damaged (${how}): ${advice}`);
}

/** Gives the old data a second name, so that there is no moment without data. */
async function moveAside(file: string, clock: Clock): Promise<string> {
  const time = new Date(clock.nowMs()).toISOString().replace(/[-:.]/g, '');
  const aside = `${file}.before-${time}`;
  await link(file, aside);
  // whoever has the old data open keeps its lock, too
  if (await isThere(`${file}-lock`)) await rename(`${file}-lock`, `${aside}-lock`);
  return aside;
}

/** Unlike a rename it never replaces data that a server has made meanwhile. */
async function place(fresh: string, file: string): Promise<void> {
  try {
    await link(fresh, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    throw new CliError('conflict', `${file} was made meanwhile: stop the server that runs there`);
  }
}
