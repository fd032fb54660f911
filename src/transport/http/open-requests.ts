import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { onceOver } from './once-over.js';

/** How many requests are unanswered, by their sockets. */
export class OpenRequests {
  readonly #counts = new WeakMap<Socket, number>();

  /** Counts the request until it is answered or its socket closes; how many there are now. */
  begin(request: FastifyRequest, reply: FastifyReply): number {
    const { socket } = request.raw;
    const count = this.countOf(socket) + 1;
    this.#counts.set(socket, count);
    onceOver(request, reply, () => this.#counts.set(socket, this.countOf(socket) - 1));
    return count;
  }

  countOf(socket: Socket): number {
    return this.#counts.get(socket) ?? 0;
  }
}
