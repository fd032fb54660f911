import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PROGRAMS = ['unshare', 'nsenter', 'setpriv', 'mkfs.ext4', 'fsfreeze', 'losetup'];
const MIB = 1_048_576;
/** What is left for the last blocks, which are taken one by one. */
const LAST_BYTES = MIB;

export interface DiskOptions {
  /** For the images; made when it is missing. */
  readonly folder: string;
  readonly sizeMiB: number;
}

/** The disk as a cut of the power would have left it, mounted again. */
export interface CutDisk {
  readonly folder: string;
  close(): Promise<void>;
}

/** Why this machine cannot have such disks; undefined when it can. */
export function disksMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  if (!can('/dev/loop-control', constants.R_OK)) return 'there is no /dev/loop-control';
  const missing = PROGRAMS.filter((name) => !isOnPath(name));
  return missing.length === 0 ? undefined : `missing: ${missing.join(', ')}`;
}

function isOnPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => can(join(folder, name), constants.X_OK));
}

function can(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** A disk, or undefined after a loud skip. With CI=true only what the machine lacks is skipped. */
export async function diskOrSkip(
  t: TestContext,
  options: DiskOptions,
): Promise<MountedDisk | undefined> {
  const missing = disksMissing();
  if (missing !== undefined) {
    t.skip(`NOT CHECKED: a disk of its own: ${missing}`);
    return undefined;
  }
  try {
    return await MountedDisk.open(options);
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    t.skip(`NOT CHECKED: a disk of its own: ${String(error)}`);
    return undefined;
  }
}

/**
 * A small ext4 on an image file that lies on a second one. Freezing the outer one stops every write
 * to the image at one moment, so that a copy of it is what a disk holds when the power goes: what
 * waits in the memory of the kernel is not in it. All mounts stand in a mount namespace that ends
 * with the present process; others get at them through its /proc folder.
 */
export class MountedDisk {
  /** Of the disk, for any process of this machine. */
  readonly folder: string;
  readonly #holder: ChildProcess;
  readonly #place: string;
  #cuts = 0;

  private constructor(holder: ChildProcess, place: string) {
    this.#holder = holder;
    this.#place = place;
    this.folder = this.#outside('disk');
  }

  static async open({ folder, sizeMiB }: DiskOptions): Promise<MountedDisk> {
    const place = resolve(folder);
    await mkdir(join(place, 'outer'), { recursive: true });
    await mkdir(join(place, 'disk'), { recursive: true });
    const holder = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private'],
        ...['sh', '-c', 'echo ready; exec sleep 100000000'],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    const disk = new MountedDisk(holder, place);
    try {
      await disk.#inside(`
        truncate -s ${sizeMiB + 32}M outer.img
        mkfs.ext4 -q -m 0 -O ^has_journal outer.img
        mount -o loop,noatime outer.img outer
        truncate -s ${sizeMiB}M outer/disk.img
        mkfs.ext4 -q -m 0 outer/disk.img
        mount -o loop,noatime,commit=300 outer/disk.img disk`);
      return disk;
    } catch (error) {
      await disk.close();
      throw error;
    }
  }

  /** Takes all the room that is left. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    const most = bavail * bsize - LAST_BYTES;
    await this.#inside(`
      if [ ${most} -gt 0 ]; then fallocate -l ${most} disk/ballast || true; fi
      dd if=/dev/zero of=disk/ballast-rest bs=4k conv=fsync 2>/dev/null || true`);
  }

  /** Gives back what `fill` has taken. */
  async free(): Promise<void> {
    await this.#inside('rm -f disk/ballast disk/ballast-rest');
  }

  /** Copies the disk as it is at one moment of the call, and mounts the copy. */
  async cut(): Promise<CutDisk> {
    this.#cuts += 1;
    const name = `cut-${this.#cuts}`;
    await this.#inside(`
      mkdir ${name}
      fsfreeze -f outer
      cp --sparse=always outer/disk.img ${name}.img || failed=yes
      fsfreeze -u outer
      [ -z "$failed" ]
      mount -o loop ${name}.img ${name}`);
    return {
      folder: this.#outside(name),
      close: () => this.#inside(`umount ${name}; rm -r ${name} ${name}.img`),
    };
  }

  /** Ends when nobody uses the disk any more; its images are deleted. */
  async close(): Promise<void> {
    await this.#inside('fsfreeze -u outer 2>/dev/null || true; umount -l disk outer || true');
    const exited = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await exited;
    await rm(this.#place, { recursive: true, force: true });
  }

  #outside(name: string): string {
    return `/proc/${this.#holder.pid}/root${join(this.#place, name)}`;
  }

  async #inside(script: string): Promise<void> {
    const shell = ['sh', '-c', `cd "$0" && set -e\n${script}`, this.#place];
    await run('nsenter', ['--target', String(this.#holder.pid), '--mount', ...shell]);
  }
}
