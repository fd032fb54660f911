// Whether node_modules holds what package-lock.json asks for.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes with the lock file and with the platform whose binaries are installed. */
export function installStamp(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${hash.digest('hex')} ${process.platform} ${process.arch}`;
}

/** Compares the lock file with npm's own record of what it installed. */
export function installedAsLocked(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const found = packagesOf(record);
  return (
    [...wanted].every(([path, entry]) => isMet(entry, found.get(path))) &&
    [...found.keys()].every((path) => wanted.has(path) && existsSync(join(root, path)))
  );
}

function packagesOf(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  return new Map(Object.entries(packages).filter(([name]) => name !== ''));
}

function isMet(wanted, found) {
  if (found === undefined) return wanted.optional === true && !isForThisPlatform(wanted);
  return found.version === wanted.version && found.integrity === wanted.integrity;
}

/** Packages for one C library are left to npm, which knows which one this is. */
function isForThisPlatform({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined || libc !== undefined) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}
