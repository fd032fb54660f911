import { stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Finding } from '../../storage/index.js';
import { DATA_FILE } from './data-dir.js';
import { DATA_FORMAT } from './format.js';

const MIB = 1_048_576;
/** Below it a disk is as good as full: LMDB needs room for the pages that a commit replaces. */
const FREE_BYTES_MIN = 256 * MIB;

/** What can be said of a data directory without opening it. Makes nothing. */
export async function diagnoseEmbedded(dataDir: string): Promise<readonly Finding[]> {
  const folder = resolve(dataDir);
  const file = await stat(join(folder, DATA_FILE)).catch(() => undefined);
  const directory: Finding =
    file === undefined
      ? {
          check: 'data directory',
          level: 'fail',
          text: `${folder} holds no data`,
          remedy: 'start the server, which makes it, or name the right one by DATA_DIR',
        }
      : {
          check: 'data directory',
          level: 'ok',
          text: `${folder}, ${mebibytes(file.size)}, this program reads format ${DATA_FORMAT}`,
        };
  return [directory, await freeSpace(folder)];
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}

async function freeSpace(folder: string): Promise<Finding> {
  const check = 'free disk';
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= FREE_BYTES_MIN) return { check, level: 'ok', text: mebibytes(free) };
    const remedy = 'free space: appends are refused when the disk is full';
    return { check, level: 'warn', text: `only ${mebibytes(free)}`, remedy };
  } catch {
    return { check, level: 'ok', text: 'unknown until the folder is there' };
  }
}
