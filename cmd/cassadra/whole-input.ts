import { readFile } from 'node:fs/promises';
import { CliError } from './cli-error.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that the bytes are. Throws CliError, naming `what`, unless they are UTF-8. */
export function textOf(bytes: Buffer, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CliError('misused', `${what} is not UTF-8 text: correct it`);
  }
}

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
