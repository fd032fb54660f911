import type { TestContext } from 'node:test';
import { connect as openTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import {
  connect,
  type Cassadra,
  type ConnectOptions,
  type TlsOptions,
} from '../../src/client/index.js';
import type { TlsFiles } from '../../src/runtime/index.js';
import type { IssuedCertificate } from '../support/certificates.js';
import { TlsFolder, type TlsFolderOptions } from '../support/tls-folder.js';
import { serveHttp } from '../http/http-under-test.js';
import { serve, testComponents, type StoreOptions } from '../wire/store-under-test.js';
import { AUTHORITY, SERVER_NAME } from './certificates.js';

/** A server with certificates that can be renewed. */
export interface SecuredServer {
  readonly port: number;
  readonly folder: TlsFolder;
}

/** The gRPC server on the memory backend. */
export async function securedStore(
  t: TestContext,
  identity: IssuedCertificate,
  options: TlsFolderOptions & Pick<StoreOptions, 'settings'> = {},
): Promise<SecuredServer> {
  const { folder, tls } = await openFolder(t, identity, options);
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
  const { settings = {} } = options;
  const store = await serve(() => backend, { tls, settings });
  t.after(async () => {
    await store.stop();
    await backend.close();
  });
  return { port: store.port, folder };
}

/** The HTTP server on the memory backend. */
export async function securedHttp(
  t: TestContext,
  identity: IssuedCertificate,
  options: TlsFolderOptions = {},
): Promise<SecuredServer> {
  const { folder, tls } = await openFolder(t, identity, options);
  const server = await serveHttp({ tls });
  t.after(() => server.stop());
  return { port: server.port, folder };
}

async function openFolder(
  t: TestContext,
  identity: IssuedCertificate,
  options: TlsFolderOptions,
): Promise<{ readonly folder: TlsFolder; readonly tls: TlsFiles }> {
  const folder = new TlsFolder(identity, options);
  const tls = await folder.open();
  tls.start();
  t.after(async () => {
    await tls.stop();
    folder.remove();
  });
  return { folder, tls };
}

/** A client that tries once; `tls` on top of the right authority and name. */
export function clientOf(
  t: TestContext,
  { port }: { readonly port: number },
  tls: TlsOptions | 'plain' = {},
  options: Partial<ConnectOptions> = {},
): Cassadra {
  const trust = { ca: AUTHORITY, serverName: SERVER_NAME };
  const client = connect({
    address: `127.0.0.1:${port}`,
    retry: false,
    ...(tls === 'plain' ? {} : { tls: { ...trust, ...tls } }),
    ...options,
  });
  t.after(() => client.close());
  return client;
}

/** A bare TLS connection whose handshake is over. */
export function tlsConnection(
  t: TestContext,
  port: number,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const trust = { ca: AUTHORITY, servername: SERVER_NAME };
    const socket = openTls({ port, host: '127.0.0.1', ...trust, ...options }, () =>
      resolve(socket),
    );
    socket.on('error', reject);
    t.after(() => socket.destroy());
  });
}
