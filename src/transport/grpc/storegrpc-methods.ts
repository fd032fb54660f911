import { EVERY_STREAM, namesReach } from '../../access/index.js';
import {
  FindByIDRequest,
  FindByTypeRequest,
  FindResponse,
  UpdateRequest,
  UpdateResponse,
} from '../../gen/storegrpc/grpc-store.js';

export const STOREGRPC_NAME = 'storegrpc.EventStoreService';

const onId = { streams: ({ id }: { readonly id: string }) => namesReach(id) };

/** How the seed's messages are read and written, and who may send them. */
export const STOREGRPC_CODECS = {
  findById: {
    request: FindByIDRequest,
    nested: {},
    response: FindResponse,
    access: { roles: ['read'], ...onId },
  },
  findByType: {
    request: FindByTypeRequest,
    nested: {},
    response: FindResponse,
    access: { roles: ['read'], ...EVERY_STREAM },
  },
  update: {
    request: UpdateRequest,
    nested: { 3: {} },
    response: UpdateResponse,
    access: { roles: ['append'], ...onId },
  },
} as const;
