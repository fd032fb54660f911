import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ConnectionLimit } from '../../calls/index.js';
import { securedBy, tlsServerOptions, type TlsSource } from '../../runtime/index.js';

const PLAIN = { noDelay: true } as const;

export interface ListenSettings {
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  readonly connectionsMax: number;
}

/**
 * Our own socket in front of grpc-js, which cannot limit connections itself. With TLS it hands over
 * connections whose handshake is finished; before that they count already.
 */
export class Listener {
  readonly #server: NetServer;
  readonly #settings: ListenSettings;
  readonly #sockets = new Set<Socket>();

  constructor(
    settings: ListenSettings,
    tls: TlsSource | undefined,
    limit: ConnectionLimit,
    accept: (socket: Socket) => void,
  ) {
    this.#settings = settings;
    this.#server = tls === undefined ? createServer(PLAIN) : secureServer(tls);
    this.#server.on('connection', (socket) => {
      if (!limit.admit(socket)) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      if (tls === undefined) accept(socket);
    });
    if (tls !== undefined) this.#server.on('secureConnection', accept);
    this.#server.maxConnections = settings.connectionsMax;
  }

  /** The address with the real port. Throws when it cannot be had. */
  open(): Promise<AddressInfo> {
    const { host, port } = this.#settings;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        const taken = 'code' in error && error.code === 'EADDRINUSE';
        const advice = taken ? ' (the port is taken: set PORT to another)' : '';
        const message = `cannot listen on ${host}:${port}: ${error.message}${advice}`;
        reject(new Error(message, { cause: error }));
      });
      this.#server.listen({ host, port }, () => {
        const address = this.#server.address();
        if (address !== null && typeof address === 'object') resolve(address);
      });
    });
  }

  /** Takes no more connections; those that are there stay. */
  close(): void {
    this.#server.close();
  }

  /** Closes those that are there, whatever is on the way. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function secureServer(tls: TlsSource): NetServer {
  const options = { ...PLAIN, ...tlsServerOptions(tls), ALPNProtocols: ['h2'] };
  return securedBy(createTlsServer(options), tls);
}
