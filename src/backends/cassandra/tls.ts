import type { ConnectionOptions } from 'node:tls';

/** What the nodes must show, and what is shown to them. PEM texts. */
export interface CassandraTls {
  /** Undefined: the authorities of Node.js. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name on the certificate of every node. Undefined: the address it is reached at. */
  readonly serverName: string | undefined;
  /** False: any certificate of the authorities is believed, whatever host it names. */
  readonly verifyHost: boolean;
}

/** For the driver, which by itself would believe every certificate. */
export function sslOptions(tls: CassandraTls): ConnectionOptions {
  const { ca, cert, key, serverName, verifyHost } = tls;
  return {
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(verifyHost ? {} : { checkServerIdentity: () => undefined }),
  };
}
