import { connect, type Socket } from 'node:net';

/** A connection on which an attacker writes what it likes, from an address of this machine. */
export class RawSocket {
  readonly socket: Socket;
  /** Resolves when the server, or this side, has closed it. */
  readonly closed: Promise<void>;
  #isClosed = false;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket, keep: boolean) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      if (keep) this.#received = Buffer.concat([this.#received, bytes]);
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isClosed = true;
        resolve();
      });
    });
  }

  /** Resolves when it is connected, or refused. `keep`: what comes is remembered. */
  static open(port: number, localAddress = '127.0.0.1', keep = true): Promise<RawSocket> {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    const raw = new RawSocket(socket, keep);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(raw));
      socket.once('close', () => resolve(raw));
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get received(): Buffer {
    return this.#received;
  }

  /** Resolves when the bytes have left, or the connection is closed. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (this.#isClosed) return;
    const written = new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()));
    await Promise.race([written, this.closed]);
  }

  close(): void {
    this.socket.destroy();
  }
}
