import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import {
  authorize,
  requireRole,
  CHANGES_TIMED_EVENTS,
  READS_TIMED_EVENTS,
} from '../../access/index.js';
import { AppError, untilEnd } from '../../core/index.js';
import type { Logger } from '../../runtime/index.js';
import type { Scheduler } from '../../scheduler/index.js';
import { callSignal } from './call-signal.js';
import { decodeAdd, decodeKey, type KeyParams } from './cassata-decode.js';
import { encodeDelete, encodeEvent, encodeStatus } from './cassata-encode.js';
import { CassataFields } from './cassata-fields.js';
import { errorAnswer } from './errors.js';
import { openCallOf } from './gated-request.js';
import type { HttpRoutes } from './http-routes.js';
import { readJson } from './json-text.js';
import { sendEmpty, sendJson, sendText } from './send.js';

const DUPLICATE = 'duplicate entry for appId and eventId combination';

interface KeyRoute {
  readonly Params: KeyParams;
}

export interface CassataRoutesParts {
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** Cassata's API on the scheduler. Errors are plain texts. */
export function cassataRoutes({ scheduler, logger }: CassataRoutesParts): HttpRoutes {
  const options: RouteShorthandOptions = {
    errorHandler: (error, _request, reply) => {
      const { status, body } = errorAnswer(error, logger);
      void sendText(reply, status, body.error);
    },
  };
  return {
    register: (app) => {
      app.post('/cassata/add', options, async (request, reply) => {
        await add(scheduler, request);
        return sendEmpty(reply, 200);
      });
      app.get<KeyRoute>('/cassata/status/:app/:event', options, async (request, reply) => {
        const event = await find(scheduler, request);
        if (event === undefined) return sendEmpty(reply, 404);
        return sendJson(reply, 200, encodeStatus(event.state.status));
      });
      app.get<KeyRoute>('/cassata/event/:app/:event', options, async (request, reply) => {
        const event = await find(scheduler, request);
        if (event === undefined) return sendEmpty(reply, 404);
        return sendJson(reply, 200, encodeEvent(event));
      });
      app.route<KeyRoute>({
        ...options,
        method: ['GET', 'DELETE'],
        // HEAD must change nothing
        exposeHeadRoute: false,
        url: '/cassata/delete/:app/:event',
        handler: (request, reply) => remove(scheduler, request, reply),
      });
    },
  };
}

async function add(scheduler: Scheduler, request: FastifyRequest): Promise<void> {
  const call = openCallOf(request);
  requireRole(call, CHANGES_TIMED_EVENTS);
  const fields = new CassataFields(readJson(request.body));
  const command = decodeAdd(fields);
  authorize(call, CHANGES_TIMED_EVENTS, command.key);
  try {
    await scheduler.schedule({ ...command, trace: call.trace }, callSignal(request));
  } catch (error) {
    if (error instanceof AppError && error.code === 'TIMED_EVENT_EXISTS') {
      throw new AppError(error.code, DUPLICATE, error.details, error);
    }
    throw fields.respell(error);
  }
}

async function find(
  scheduler: Scheduler,
  request: FastifyRequest<KeyRoute>,
): ReturnType<Scheduler['find']> {
  authorize(openCallOf(request), READS_TIMED_EVENTS, { application: request.params.app });
  const key = decodeKey(request.params);
  if (key === undefined) return undefined;
  return untilEnd(scheduler.find(key), callSignal(request));
}

async function remove(
  scheduler: Scheduler,
  request: FastifyRequest<KeyRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  authorize(openCallOf(request), CHANGES_TIMED_EVENTS, { application: request.params.app });
  const key = decodeKey(request.params);
  const outcome =
    key === undefined
      ? ({ kind: 'not-found' } as const)
      : await scheduler.remove(key, callSignal(request));
  return sendJson(reply, 200, encodeDelete(outcome));
}
