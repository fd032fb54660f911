import { readFile } from 'node:fs/promises';
import { CliError } from './cli-error.js';

/** All of standard input. */
export async function wholeStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/** A file that the user named. */
export async function wholeFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('misused', `${path} cannot be read: ${reason}`);
  }
}
