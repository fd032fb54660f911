import type { FastifyInstance } from 'fastify';
import type { Logger, Timers } from '../../runtime/index.js';

/** What a server has for its routes. */
export interface HttpHost {
  readonly timers: Timers;
  readonly logger: Logger;
  /** How often something must be written to a socket so that it does not count as idle. */
  readonly heartbeatMs: number;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/**
 * Some routes that an HTTP server hosts. A body reaches the handler as a `Buffer`, of whatever
 * content type; undefined when there is none. A handler waits no longer than `callSignal` says and
 * throws its errors: the server answers them by the one map of errors.
 */
export interface HttpRoutes {
  register(app: FastifyInstance, host: HttpHost): void;
}
