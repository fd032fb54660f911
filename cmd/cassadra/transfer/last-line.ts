import type { FileHandle } from 'node:fs/promises';

const STEP_BYTES = 65_536;
const NEWLINE = 0x0a;

export interface WholeLine {
  readonly text: string;
  /** Where it begins, and where the next one would: bytes from the start of the file. */
  readonly start: number;
  readonly end: number;
}

/** Where the last newline before `end` stands; -1 when there is none. */
async function newlineBefore(file: FileHandle, end: number): Promise<number> {
  const buffer = Buffer.alloc(STEP_BYTES);
  for (let high = end; high > 0; high -= STEP_BYTES) {
    const low = Math.max(0, high - STEP_BYTES);
    const { bytesRead } = await file.read(buffer, 0, high - low, low);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) return low + at;
  }
  return -1;
}

/** The last line before `end` that is whole, that is, ended by a newline. */
export async function lastWholeLine(file: FileHandle, end: number): Promise<WholeLine | undefined> {
  const newline = await newlineBefore(file, end);
  if (newline < 0) return undefined;
  const start = (await newlineBefore(file, newline)) + 1;
  const bytes = Buffer.alloc(newline - start);
  await file.read(bytes, 0, bytes.byteLength, start);
  return { text: bytes.toString('utf8'), start, end: newline + 1 };
}
