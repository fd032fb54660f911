import type { Limits } from '../../core/index.js';
import type { EventStore } from '../../service/index.js';
import {
  STOREGRPC_DEFINITION,
  STOREGRPC_NAME,
  type StoregrpcMethods,
} from './storegrpc-definition.js';
import { decodeFindByType, decodeId, decodeUpdate } from './storegrpc-decode.js';
import { encodePage, encodeStream } from './storegrpc-encode.js';
import type { GrpcService } from './grpc-service.js';
import { unary, type CallParts } from './unary.js';

/** The seed's API on the event store. */
export function storegrpcService(eventStore: EventStore, limits: Limits): GrpcService {
  const methods = (parts: CallParts): StoregrpcMethods => ({
    findById: unary(parts, (request, { signal }) => {
      const id = decodeId(request.id);
      return encodeStream(id, eventStore.readStream({ stream: id }, signal));
    }),
    findByType: unary(parts, async (request, { signal }) => {
      const page = await eventStore.readByType(decodeFindByType(request, limits), signal);
      return encodePage(page.events);
    }),
    update: unary(parts, async (request, { signal, metadata }) => {
      await eventStore.append(decodeUpdate(request, metadata, parts.components.ids), signal);
      return { success: true, error: '' };
    }),
  });
  return {
    name: STOREGRPC_NAME,
    addTo: (server, parts) => server.addService(STOREGRPC_DEFINITION, { ...methods(parts) }),
  };
}
