import { readFile } from 'node:fs/promises';
import { SettingsError } from '../settings.js';
import type { TlsVariables } from '../settings-tls.js';
import type { TlsTexts } from './server-identity.js';

/** The files of the TLS texts. */
export type TlsPaths = TlsTexts;

const VARIABLES = {
  certificate: 'TLS_CERT_FILE',
  key: 'TLS_KEY_FILE',
  clientCa: 'TLS_CLIENT_CA_FILE',
} as const satisfies Readonly<Record<keyof TlsTexts, keyof TlsVariables>>;

/** Names the variable and the file. */
export function tlsFileError(
  part: keyof TlsTexts,
  paths: TlsPaths,
  problem: string,
): SettingsError {
  return new SettingsError(`${VARIABLES[part]}: ${paths[part] ?? ''} ${problem}`);
}

/** Throws SettingsError naming the file that cannot be read. */
export async function readTlsTexts(paths: TlsPaths): Promise<TlsTexts> {
  const read = async (part: keyof TlsTexts, path: string): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw tlsFileError(part, paths, `cannot be read (${code})`);
    }
  };
  return {
    certificate: await read('certificate', paths.certificate),
    key: await read('key', paths.key),
    clientCa: paths.clientCa === undefined ? undefined : await read('clientCa', paths.clientCa),
  };
}

export function sameTexts(one: TlsTexts, other: TlsTexts): boolean {
  return (
    one.certificate === other.certificate &&
    one.key === other.key &&
    one.clientCa === other.clientCa
  );
}
