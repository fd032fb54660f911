import { CliError } from './cli-error.js';
import { textOf, wholeFile, wholeStdin } from './whole-input.js';

/**
 * A secret from a file, or from standard input: the arguments of a process are for all to see. The
 * end of its line is no part of it. Throws CliError that names `what`, never what it holds.
 */
export async function secretFrom(path: string | undefined, what: string): Promise<string> {
  const piped = path === undefined || path === '-';
  if (piped && process.stdin.isTTY) {
    throw new CliError('misused', `give ${what} in a file, or on standard input`);
  }
  const bytes = piped ? await wholeStdin() : await wholeFile(path);
  const secret = textOf(bytes, what).replace(/\r?\n$/, '');
  if (secret === '') throw new CliError('misused', `${what} is empty`);
  return secret;
}
