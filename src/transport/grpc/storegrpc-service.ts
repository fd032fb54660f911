import type { Limits } from '../../core/index.js';
import type { EventStore } from '../../service/index.js';
import { decodeFindByType, decodeId, decodeUpdate } from './storegrpc-decode.js';
import { encodePage, encodeStream } from './storegrpc-encode.js';
import { STOREGRPC_CODECS, STOREGRPC_NAME } from './storegrpc-methods.js';
import type { GrpcService } from './grpc-service.js';
import { unaryMethod } from './unary-method.js';

/** The seed's API on the event store. */
export function storegrpcService(eventStore: EventStore, limits: Limits): GrpcService {
  const { findById, findByType, update } = STOREGRPC_CODECS;
  return {
    name: STOREGRPC_NAME,
    methods: ({ ids }) => ({
      FindByID: unaryMethod(findById, (request, { signal }) => {
        const id = decodeId(request.id);
        return encodeStream(id, eventStore.readStream({ stream: id }, signal));
      }),
      FindByType: unaryMethod(findByType, async (request, { signal }) => {
        const page = await eventStore.readByType(decodeFindByType(request, limits), signal);
        return encodePage(page.events);
      }),
      Update: unaryMethod(update, async (request, { signal, metadata, trace }) => {
        await eventStore.append({ ...decodeUpdate(request, metadata, ids), trace }, signal);
        return { success: true, error: '' };
      }),
    }),
  };
}
