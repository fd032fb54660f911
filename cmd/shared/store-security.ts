import type { StoregrpcAddress, TlsOptions } from '../../src/client/index.js';
import {
  readClientTls,
  readSecretFile,
  SettingsError,
  type CallVariables,
  type ClientTls,
} from '../../src/runtime/index.js';

/** How a program speaks to its store. Reads the files that are named: throws SettingsError. */
export function storeSecurity(
  variables: CallVariables,
): Pick<StoregrpcAddress, 'tls' | 'token' | 'allowInsecureToken'> {
  const tls = readClientTls({
    prefix: 'STORE_TLS',
    tls: variables.STORE_TLS,
    ca: variables.STORE_TLS_CA_FILE,
    cert: variables.STORE_TLS_CERT_FILE,
    key: variables.STORE_TLS_KEY_FILE,
    serverName: variables.STORE_TLS_SERVER_NAME,
  });
  return {
    ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
    ...tokenOf(variables),
    allowInsecureToken: variables.STORE_ALLOW_INSECURE_TOKEN,
  };
}

/** As the client takes them: what is not given is left out. */
export function tlsOptions({ ca, cert, key, serverName }: ClientTls): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** A file is read for each call: tokens are renewed. */
function tokenOf(variables: CallVariables): Pick<StoregrpcAddress, 'token'> {
  const { STORE_TOKEN: token, STORE_TOKEN_FILE: path } = variables;
  if (token !== undefined && path !== undefined) {
    throw new SettingsError('STORE_TOKEN_FILE and STORE_TOKEN exclude each other');
  }
  if (path === undefined) return token === undefined ? {} : { token };
  const read = (): string => readSecretFile('STORE_TOKEN_FILE', path);
  read();
  return { token: read };
}
