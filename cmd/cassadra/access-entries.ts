import { readFile } from 'node:fs/promises';
import {
  AccessFileError,
  accessFileText,
  writtenEntries,
  type WrittenEntry,
} from '../../src/access/index.js';
import { CliError } from './cli-error.js';
import { replaceFile } from './replace-file.js';

/** The callers of an access file. Throws CliError. */
export async function readEntries(path: string): Promise<readonly WrittenEntry[]> {
  const text = await textOf(path);
  if (text === undefined) throw new CliError('absent', `there is no file ${path}`);
  return told(path, () => writtenEntries(text));
}

/** The same; none where there is no file yet. */
export async function readEntriesIfAny(path: string): Promise<readonly WrittenEntry[]> {
  const text = await textOf(path);
  return text === undefined ? [] : told(path, () => writtenEntries(text));
}

/** Throws CliError for what a server would refuse: then the file is as it was. */
export async function writeEntries(path: string, entries: readonly WrittenEntry[]): Promise<void> {
  const text = checkedText(path, entries);
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw new CliError('failed', `${path} cannot be written: ${messageOf(error)}`);
  }
}

/** The file that the entries would be. Throws CliError. */
export function checkedText(name: string, entries: readonly WrittenEntry[]): string {
  return told(name, () => accessFileText(entries));
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliError('failed', `${path} cannot be read: ${messageOf(error)}`);
  }
}

function told<Result>(name: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AccessFileError)) throw error;
    throw new CliError('misused', `${name}: ${error.message}. Correct it`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
