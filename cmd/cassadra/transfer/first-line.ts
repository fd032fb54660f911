import type { FileHandle } from 'node:fs/promises';

const STEP_BYTES = 4_096;
const LINE_BYTES_MAX = 1_048_576;
const NEWLINE = 0x0a;

/** The first line of a file; undefined when it is not whole, or too long for a header. */
export async function firstWholeLine(file: FileHandle): Promise<string | undefined> {
  const parts: Buffer[] = [];
  for (let position = 0; position < LINE_BYTES_MAX; position += STEP_BYTES) {
    const step = Buffer.alloc(STEP_BYTES);
    const { bytesRead } = await file.read(step, 0, STEP_BYTES, position);
    const at = step.subarray(0, bytesRead).indexOf(NEWLINE);
    if (at >= 0) return Buffer.concat([...parts, step.subarray(0, at)]).toString('utf8');
    if (bytesRead < STEP_BYTES) return undefined;
    parts.push(step);
  }
  return undefined;
}
