import type { Socket } from 'node:net';
import type { ClientCertificate } from '../../access/index.js';
import { certificateOf } from '../../calls/index.js';
import { connectionKey } from './connection-key.js';

/** The sockets of connections, by `connectionKey`. */
export class Peers {
  readonly #sockets = new Map<string, Socket>();

  /** From now on until the connection closes. */
  watch(socket: Socket): void {
    const key = connectionKey(socket);
    this.#sockets.set(key, socket);
    socket.once('close', () => {
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
  }

  certificateOf(key: string): ClientCertificate | undefined {
    const socket = this.#sockets.get(key);
    return socket === undefined ? undefined : certificateOf(socket);
  }
}
