import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../access/index.js';
import { certificateOf } from '../../calls/index.js';
import { connectionKey, type Ends } from './connection-key.js';

/** The sockets of connections that are encrypted. */
export class Peers {
  /** By `connectionKey`. */
  readonly #sockets = new Map<string, TLSSocket>();

  /** From now on until the connection closes. */
  watch(socket: Socket): void {
    if (!(socket instanceof TLSSocket)) return;
    const key = connectionKey(socket);
    this.#sockets.set(key, socket);
    socket.once('close', () => {
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
  }

  certificateOf(ends: Ends): ClientCertificate | undefined {
    if (this.#sockets.size === 0) return undefined;
    const socket = this.#sockets.get(connectionKey(ends));
    return socket === undefined ? undefined : certificateOf(socket);
  }
}
