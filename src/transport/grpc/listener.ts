import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';

export interface ListenSettings {
  readonly host: string;
  /** 0 = a free one. */
  readonly port: number;
  readonly connectionsMax: number;
}

/** Our own socket in front of grpc-js, which cannot limit connections itself. */
export class Listener {
  readonly #server: NetServer;
  readonly #settings: ListenSettings;
  readonly #sockets = new Set<Socket>();

  constructor(settings: ListenSettings, accept: (socket: Socket) => void) {
    this.#settings = settings;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      accept(socket);
    });
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
