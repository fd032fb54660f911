import { readNamedFile } from './secret-files.js';

/** What a client believes and shows. PEM texts. */
export interface ClientTls {
  /** Undefined: the authorities of Node.js. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name that the server's certificate must be for. Undefined: that of the address. */
  readonly serverName: string | undefined;
}

/** How a program's variables say it. `prefix` as in `CASSANDRA_TLS`; names files. */
export interface ClientTlsVariables {
  readonly prefix: string;
  readonly tls: boolean;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
}

/** Reads the files. Undefined: no TLS. Throws SettingsError naming a file that cannot be read. */
export function readClientTls(variables: ClientTlsVariables): ClientTls | undefined {
  const { prefix, tls, serverName } = variables;
  const given = [variables.ca, variables.cert, variables.key, serverName];
  if (!tls && given.every((one) => one === undefined)) return undefined;
  const read = (part: string, path: string | undefined): string | undefined =>
    path === undefined ? undefined : readNamedFile(`${prefix}_${part}_FILE`, path);
  return {
    ca: read('CA', variables.ca),
    cert: read('CERT', variables.cert),
    key: read('KEY', variables.key),
    serverName,
  };
}
