import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';

/** What a TLS server shows to new connections; it may be renewed while the program runs. */
export interface TlsSource {
  /** Key, certificate and, where clients must show a certificate, the authorities of theirs. */
  current(): SecureContextOptions;
  /** Whether a client without a certificate of `current().ca` is turned away. */
  readonly clientCertificates: boolean;
  /** A connection that has not finished its handshake by then is closed. */
  readonly handshakeTimeoutMs: number;
  /** Calls back with what holds from now on, until what is returned is called. */
  onRenewal(listener: (renewed: SecureContextOptions) => void): () => void;
}

/** For the server that a TLS listener is made of; `securedBy` keeps it up to date. */
export function tlsServerOptions(source: TlsSource): TlsOptions {
  return {
    ...source.current(),
    requestCert: source.clientCertificates,
    rejectUnauthorized: source.clientCertificates,
    handshakeTimeout: source.handshakeTimeoutMs,
  };
}

/**
 * New connections get what the source has; those that are there go on. One whose handshake fails or
 * takes too long is closed, which `node:tls` leaves to others.
 */
export function securedBy<Listening extends Server>(
  server: Listening,
  source: TlsSource,
): Listening {
  const stop = source.onRenewal((renewed) => server.setSecureContext(renewed));
  server.once('close', stop);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
