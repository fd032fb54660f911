import type { CassandraAccessVariables } from '../settings-cassandra-access.js';
import { readClientTls, type ClientTls } from './client-tls.js';
import { readSecretFile } from './secret-files.js';

/** Who a program is to Cassandra, and how it is spoken to. */
export interface CassandraAccess {
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly tls: (ClientTls & { readonly verifyHost: boolean }) | undefined;
}

/** Reads the files that the variables name. Throws SettingsError. */
export function cassandraAccess(variables: CassandraAccessVariables): CassandraAccess {
  return { credentials: credentialsOf(variables), tls: tlsOf(variables) };
}

function credentialsOf(variables: CassandraAccessVariables): CassandraAccess['credentials'] {
  const { CASSANDRA_USERNAME: username, CASSANDRA_PASSWORD_FILE: path } = variables;
  const password =
    path === undefined
      ? variables.CASSANDRA_PASSWORD
      : readSecretFile('CASSANDRA_PASSWORD_FILE', path);
  if (username === undefined || password === undefined) return undefined;
  return { username, password };
}

function tlsOf(variables: CassandraAccessVariables): CassandraAccess['tls'] {
  const tls = readClientTls({
    prefix: 'CASSANDRA_TLS',
    tls: variables.CASSANDRA_TLS,
    ca: variables.CASSANDRA_TLS_CA_FILE,
    cert: variables.CASSANDRA_TLS_CERT_FILE,
    key: variables.CASSANDRA_TLS_KEY_FILE,
    serverName: variables.CASSANDRA_TLS_SERVER_NAME,
  });
  return tls && { ...tls, verifyHost: variables.CASSANDRA_TLS_VERIFY_HOST };
}
