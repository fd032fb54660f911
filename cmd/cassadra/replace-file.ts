import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './backup/durable-files.js';

/** Nobody else reads what a new file says of callers. */
const PRIVATE = 0o600;

/** Replaces a file, or makes it: whoever reads it sees all of the old text or all of the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  // a link stays one
  const target = await realpath(path).catch(() => path);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => PRIVATE,
  );
  const fresh = `${target}.${process.pid}.new`;
  try {
    await writeDurably(fresh, text, mode);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    // the umask may have taken rights away that the file before had
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}
