import { readFileSync } from 'node:fs';
import { SettingsError } from '../settings.js';

/** Throws SettingsError naming the variable and the file. */
export function readNamedFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new SettingsError(`${variable}: ${path} cannot be read (${code})`);
  }
}

/** A secret as Docker and Kubernetes store it: the whole file but line ends. */
export function readSecretFile(variable: string, path: string): string {
  const secret = readNamedFile(variable, path).replace(/[\r\n]+$/, '');
  if (secret === '') throw new SettingsError(`${variable}: ${path} is empty`);
  return secret;
}
