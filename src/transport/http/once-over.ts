import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when the answer is out or its connection is gone. Of the latter Node tells only
 * the answer that is being sent, and none of those that wait behind it.
 */
export function onceOver(request: FastifyRequest, reply: FastifyReply, over: () => void): void {
  const { socket } = request.raw;
  const others = waitingOn(socket);
  const once = (): void => {
    if (others.delete(once)) over();
  };
  others.add(once);
  reply.raw.once('close', once);
  if (socket.destroyed) once();
}

function waitingOn(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const listeners = new Set<() => void>();
  waiting.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of [...listeners]) listener();
  });
  return listeners;
}
