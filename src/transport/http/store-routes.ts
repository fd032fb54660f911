import { authorize } from '../../access/index.js';
import type { Limits } from '../../core/index.js';
import type { Ids } from '../../runtime/index.js';
import type { EventStore } from '../../service/index.js';
import { APPEND_TO_STREAM, READ_STREAM, READ_TYPE } from './access-rules.js';
import { callSignal } from './call-signal.js';
import { openCallOf } from './gated-request.js';
import type { HttpRoutes } from './http-routes.js';
import { sendEmpty, sendJson } from './send.js';
import {
  APPEND_ID_HEADER,
  decodeAppend,
  decodeId,
  decodeTypeRead,
  type AppendParams,
  type TypeQuery,
} from './store-decode.js';
import { encodePage, encodeStream } from './store-encode.js';

export interface StoreRoutesParts {
  readonly eventStore: EventStore;
  readonly limits: Limits;
  readonly ids: Ids;
}

/** The seed's HTTP store on the event store. */
export function storeRoutes({ eventStore, limits, ids }: StoreRoutesParts): HttpRoutes {
  return {
    register: (app) => {
      app.get<{ Params: { id: string } }>('/api/v1/events/:id', async (request, reply) => {
        authorize(openCallOf(request), READ_STREAM, { stream: request.params.id });
        const stream = decodeId(request.params.id);
        const chunks = eventStore.readStream({ stream }, callSignal(request));
        return sendJson(reply, 200, await encodeStream(stream, chunks));
      });
      app.post<{ Params: AppendParams }>('/api/v1/events/:id/:version', async (request, reply) => {
        const call = openCallOf(request);
        authorize(call, APPEND_TO_STREAM, { stream: request.params.id });
        const appendId = request.headers[APPEND_ID_HEADER]?.toString();
        const command = decodeAppend(request.params, request.body, appendId, ids);
        const { trace } = call;
        await eventStore.append({ ...command, trace }, callSignal(request));
        return sendEmpty(reply, 200);
      });
      app.get<{ Params: { type: string }; Querystring: TypeQuery }>(
        '/api/v1/types/:type',
        async (request, reply) => {
          authorize(openCallOf(request), READ_TYPE, request);
          const read = decodeTypeRead(request.params.type, request.query, limits);
          const page = await eventStore.readByType(read, callSignal(request));
          return sendJson(reply, 200, encodePage(page.events));
        },
      );
    },
  };
}
