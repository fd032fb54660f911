import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { damaged } from './errors.js';

export const DATA_FILE = 'cassadra.mdb';

/** Offsets in LMDB's two head pages, of 64-bit little-endian machines. */
const HEAD = { magic: 24, version: 28, pageSize: 48, freeRoot: 88, root: 136, txn: 152, end: 160 };
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const CHECKED_MACHINES: readonly string[] = ['x64', 'arm64'];

/** What it takes to look at an open file. */
interface DataFile extends Pick<FileHandle, 'read'> {
  stat(): Promise<{ readonly size: number }>;
}

/**
 * Makes the folder and answers the path of the data file. Throws DATA_DIR_INVALID for a file that
 * LMDB would crash on: it maps the file and trusts it.
 */
export async function prepareDataDir(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw damaged(`${folder} cannot be made: ${error instanceof Error ? error.message : ''}`);
  }
  const path = join(folder, DATA_FILE);
  await checkFile(path);
  return path;
}

/** Makes a new data file survive a power cut: its names have to be on the disk, too. */
export async function syncFolders(path: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be synced there
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** Whether this machine lays data files out as we know it. */
export function isKnownLayout(): boolean {
  return CHECKED_MACHINES.includes(process.arch);
}

/** Throws DATA_DIR_INVALID for a file that LMDB would crash on. One that is missing is fine. */
export async function checkFile(path: string): Promise<void> {
  if (!isKnownLayout()) return;
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    if (size > 0) await checkHeads(file);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The newer head counts. The roots it names lie within a file that was not cut off. */
export async function checkHeads(file: DataFile): Promise<void> {
  const first = await readHead(file, 0);
  const pageSize = first.readUInt32LE(HEAD.pageSize);
  const second = await readHead(file, pageSize);
  const newer = second.readBigUInt64LE(HEAD.txn) > first.readBigUInt64LE(HEAD.txn) ? second : first;
  // after the heads: another server may be making the file longer, and does that first
  const { size } = await file.stat();
  for (const offset of [HEAD.freeRoot, HEAD.root]) {
    const page = newer.readBigUInt64LE(offset);
    if (page !== NO_PAGE && (page + 1n) * BigInt(pageSize) > BigInt(size)) {
      throw damaged(`${DATA_FILE} has been cut off`);
    }
  }
}

async function readHead(file: DataFile, position: number): Promise<Buffer> {
  const head = Buffer.alloc(HEAD.end);
  const { bytesRead } = await file.read(head, 0, HEAD.end, position);
  const ours =
    bytesRead === HEAD.end &&
    head.readUInt32LE(HEAD.magic) === MAGIC &&
    head.readUInt32LE(HEAD.version) === DATA_VERSION;
  if (!ours) throw damaged(`${DATA_FILE} is not a data file of this program, or is damaged`);
  return head;
}
