import type { FastifyReply } from 'fastify';
import { AppError } from '../../core/index.js';
import { answerOf } from './errors.js';
import { OUTSIDE } from './gated-request.js';
import type { HttpRoutes } from './http-routes.js';
import { sendJson } from './send.js';

/** The seed's health routes: the JSON string `"OK"`, or 503 while calls cannot be served. */
export function healthRoutes(ready: () => boolean): HttpRoutes {
  const alive = (_request: unknown, reply: FastifyReply): FastifyReply =>
    sendJson(reply, 200, 'OK');
  return {
    register: (app) => {
      app.get('/', OUTSIDE, alive);
      app.get('/health/liveness', OUTSIDE, alive);
      app.get('/health/readiness', OUTSIDE, (_request, reply) => {
        if (ready()) return sendJson(reply, 200, 'OK');
        const { status, body } = answerOf(new AppError('NOT_READY', 'the server is not ready'));
        return sendJson(reply, status, body);
      });
    },
  };
}
