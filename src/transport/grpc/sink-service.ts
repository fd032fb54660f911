import type { LogFields, Logger } from '../../runtime/index.js';
import { encodeFound } from './storegrpc-encode.js';
import { STOREGRPC_CODECS, STOREGRPC_NAME } from './storegrpc-methods.js';
import type { GrpcService } from './grpc-service.js';
import { unaryMethod, type UnaryMethod } from './unary-method.js';

/** The seed's API as a sink of mirrored traffic: logs each call and answers success. */
export function sinkService(): GrpcService {
  return { name: STOREGRPC_NAME, methods: ({ logger }) => sinkMethods(logger) };
}

function sinkMethods(logger: Logger): Readonly<Record<string, UnaryMethod>> {
  const { findById, findByType, update } = STOREGRPC_CODECS;
  const log = (method: string, fields: LogFields): void =>
    logger.info({ method, ...fields }, 'call');
  return {
    FindByID: unaryMethod(findById, async ({ id }) => {
      log('FindByID', { id });
      return encodeFound([]);
    }),
    FindByType: unaryMethod(findByType, async ({ type, since, batchSize }) => {
      log('FindByType', { type, since: String(since), batchSize });
      return encodeFound([]);
    }),
    Update: unaryMethod(update, async ({ id, version, events }) => {
      log('Update', { id, version, types: events.map((event) => event.type) });
      return { success: true, error: '' };
    }),
  };
}
