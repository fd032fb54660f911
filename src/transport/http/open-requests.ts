import type { Socket } from 'node:net';

/** Sockets with a request that is being answered, its body read. */
export class OpenRequests {
  readonly #counts = new Map<Socket, number>();

  begin(socket: Socket): void {
    this.#counts.set(socket, (this.#counts.get(socket) ?? 0) + 1);
  }

  end(socket: Socket): void {
    const left = (this.#counts.get(socket) ?? 1) - 1;
    if (left === 0) this.#counts.delete(socket);
    else this.#counts.set(socket, left);
  }

  has(socket: Socket): boolean {
    return this.#counts.has(socket);
  }
}
