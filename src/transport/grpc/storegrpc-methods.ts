import {
  FindByIDRequest,
  FindByTypeRequest,
  FindResponse,
  UpdateRequest,
  UpdateResponse,
} from '../../gen/storegrpc/grpc-store.js';

export const STOREGRPC_NAME = 'storegrpc.EventStoreService';

/** How the seed's messages are read and written. */
export const STOREGRPC_CODECS = {
  findById: { request: FindByIDRequest, nested: {}, response: FindResponse },
  findByType: { request: FindByTypeRequest, nested: {}, response: FindResponse },
  update: { request: UpdateRequest, nested: { 3: {} }, response: UpdateResponse },
} as const;
