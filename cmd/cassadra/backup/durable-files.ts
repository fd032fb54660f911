import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../src/core/index.js';

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'] as const;

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether there is anything of that name. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Resolves when the file is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** Resolves when the names in the folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be synced there
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

export async function sumOf(path: string): Promise<FileSum> {
  const sum = new Sum();
  const chunks: AsyncIterable<Buffer> = createReadStream(path);
  for await (const chunk of chunks) sum.add(chunk);
  return sum.total();
}

/** Copies to a new file and resolves when it is on the disk. The sum is that of what was read. */
export async function copyDurably(from: string, to: string): Promise<FileSum> {
  const sum = new Sum();
  const summed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      sum.add(chunk);
      yield chunk;
    }
  };
  const target = createWriteStream(to, { flags: 'wx', flush: true });
  await pipeline(createReadStream(from), summed, target);
  return sum.total();
}

class Sum {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  add(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  total(): FileSum {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** STORAGE_FULL for a disk that was found full while `path` was written, else the very error. */
export function asTold(error: unknown, path: string): unknown {
  if (!FULL.some((code) => code === codeOf(error))) return error;
  return new AppError('STORAGE_FULL', `there is no room for ${path}`, {}, error);
}
