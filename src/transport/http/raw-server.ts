import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { securedBy, tlsServerOptions, type TlsSource } from '../../runtime/index.js';

/** How often sockets are looked at for requests that come too slowly. */
const SLOWNESS_CHECK_MS = 1_000;

/** Node's limit for URL and headers together, beyond the limit of the URL alone. */
const HEADERS_BYTES_MAX = 16_384;

/** The limits of sockets and of what comes over them. */
export interface SocketLimits {
  readonly connectionsMax: number;
  /** From the first byte of a request to the last of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly receiveTimeoutMs: number;
  /** A socket on which nothing moves is closed. */
  readonly idleTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveMs: number;
  /** A connection is closed after the first answer beyond this. */
  readonly connectionAgeMs: number;
  readonly urlBytesMax: number;
}

/** Makes the server below fastify, with TLS where there is a source for it. */
export function rawServers(
  limits: SocketLimits,
  tls: TlsSource | undefined,
): (handler: RequestListener) => Server {
  const options = {
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.receiveTimeoutMs),
    requestTimeout: limits.receiveTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: SLOWNESS_CHECK_MS,
    maxHeaderSize: HEADERS_BYTES_MAX + limits.urlBytesMax,
  };
  return (handler) => {
    const server =
      tls === undefined
        ? createServer(options, handler)
        : securedBy(createTlsServer({ ...options, ...tlsServerOptions(tls) }, handler), tls);
    server.setTimeout(limits.idleTimeoutMs);
    server.maxConnections = limits.connectionsMax;
    return server;
  };
}
