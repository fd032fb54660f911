import type { FastifyInstance } from 'fastify';

/**
 * Some routes that an HTTP server hosts. A body reaches the handler as a `Buffer`, of whatever
 * content type; undefined when there is none. A handler waits no longer than `callSignal` says and
 * throws its errors: the server answers them by the one map of errors.
 */
export interface HttpRoutes {
  register(app: FastifyInstance): void;
}
