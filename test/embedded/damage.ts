import { copyFile, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA_FILE } from '../../src/backends/embedded/index.js';
import type { Draws } from '../../src/runtime/index.js';

const PAGE = 4_096;

/** A data file, to be changed. */
interface Contents {
  readonly bytes: Buffer;
  readonly draws: Draws;
  /** Where it is cut off. */
  length: number;
}

type Effect = (file: Contents) => void;

function somePage({ bytes, draws }: Contents): Buffer {
  const start = draws.whole(0, bytes.length / PAGE - 1) * PAGE;
  return bytes.subarray(start, start + PAGE);
}

function flip(bytes: Buffer, { draws }: Contents): void {
  const offset = draws.whole(0, bytes.length - 1);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << draws.whole(0, 7)), offset);
}

function garble(bytes: Buffer, { draws }: Contents): void {
  for (let offset = 0; offset < bytes.length; offset += 1) {
    bytes.writeUInt8(draws.whole(0, 255), offset);
  }
}

/** What can befall a file. */
const EFFECTS = {
  'a bit of a head': (file) => flip(file.bytes.subarray(0, 2 * PAGE), file),
  'a bit of the begin of a page': (file) => flip(somePage(file).subarray(0, 64), file),
  'a bit anywhere': (file) => flip(file.bytes, file),
  'eight bits of a page': (file) => {
    const page = somePage(file);
    for (let count = 0; count < 8; count += 1) flip(page, file);
  },
  'a page of zeros': (file) => somePage(file).fill(0),
  'a sector of zeros': (file) => somePage(file).subarray(512, 1_024).fill(0),
  'a page of garbage': (file) => garble(somePage(file), file),
  'a page in the place of another': (file) => somePage(file).copy(somePage(file)),
  'a page with the number of another': (file) => {
    const target = somePage(file);
    const number = Buffer.from(target.subarray(0, 8));
    somePage(file).copy(target);
    number.copy(target);
  },
  'a file cut off': (file) => {
    file.length = file.draws.whole(1, file.bytes.length - 1);
  },
  'a file with a part of zeros': ({ bytes, draws }) => {
    bytes.fill(0, draws.whole(PAGE, bytes.length - 1));
  },
  'garbage instead of a file': (file) => garble(file.bytes.subarray(0, 20 * PAGE), file),
} satisfies Record<string, Effect>;

export type Damage = keyof typeof EFFECTS;

function isDamage(name: string): name is Damage {
  return name in EFFECTS;
}

export const DAMAGES: readonly Damage[] = Object.keys(EFFECTS).filter(isDamage);

/** Makes a data directory with a damaged copy of a data file in it. */
export async function damagedCopy(
  source: string,
  folder: string,
  { damage, draws }: { readonly damage: Damage; readonly draws: Draws },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, DATA_FILE);
  await copyFile(source, path);
  const file = await open(path, 'r+');
  try {
    const bytes = await file.readFile();
    const contents = { bytes, draws, length: bytes.length };
    EFFECTS[damage](contents);
    await file.write(bytes, 0, bytes.length, 0);
    await file.truncate(contents.length);
  } finally {
    await file.close();
  }
}
