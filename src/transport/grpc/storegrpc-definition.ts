import type { handleUnaryCall } from '@grpc/grpc-js';
import {
  EventStoreServiceService,
  FindByIDRequest,
  FindByTypeRequest,
  UpdateRequest,
  type FindResponse,
  type UpdateResponse,
} from '../../gen/storegrpc/grpc-store.js';
import { decodeStrictly, type Decoded } from './strict-message.js';

export const STOREGRPC_NAME = 'storegrpc.EventStoreService';

/** The seed's service with a decoder that refuses what is malformed instead of guessing. */
export const STOREGRPC_DEFINITION = {
  findById: {
    ...EventStoreServiceService.findById,
    requestDeserialize: (bytes: Buffer) => decodeStrictly(FindByIDRequest, {}, bytes),
  },
  findByType: {
    ...EventStoreServiceService.findByType,
    requestDeserialize: (bytes: Buffer) => decodeStrictly(FindByTypeRequest, {}, bytes),
  },
  update: {
    ...EventStoreServiceService.update,
    requestDeserialize: (bytes: Buffer) => decodeStrictly(UpdateRequest, { 3: {} }, bytes),
  },
} as const;

/** What a server of the seed's service implements. */
export interface StoregrpcMethods {
  readonly findById: handleUnaryCall<Decoded<FindByIDRequest>, FindResponse>;
  readonly findByType: handleUnaryCall<Decoded<FindByTypeRequest>, FindResponse>;
  readonly update: handleUnaryCall<Decoded<UpdateRequest>, UpdateResponse>;
}
