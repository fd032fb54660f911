import type { LogFields } from '../../runtime/index.js';
import { encodeFound } from './storegrpc-encode.js';
import {
  STOREGRPC_DEFINITION,
  STOREGRPC_NAME,
  type StoregrpcMethods,
} from './storegrpc-definition.js';
import type { GrpcService } from './grpc-service.js';
import { unary, type CallParts } from './unary.js';

/** The seed's API as a sink of mirrored traffic: logs each call and answers success. */
export function sinkService(): GrpcService {
  const methods = (parts: CallParts): StoregrpcMethods => {
    const log = (method: string, fields: LogFields): void =>
      parts.components.logger.info({ method, ...fields }, 'call');
    return {
      findById: unary(parts, async ({ id }) => {
        log('FindByID', { id });
        return encodeFound([]);
      }),
      findByType: unary(parts, async ({ type, since, batchSize }) => {
        log('FindByType', { type, since: String(since), batchSize });
        return encodeFound([]);
      }),
      update: unary(parts, async ({ id, version, events }) => {
        log('Update', { id, version, types: events.map((event) => event.type) });
        return { success: true, error: '' };
      }),
    };
  };
  return {
    name: STOREGRPC_NAME,
    addTo: (server, parts) => server.addService(STOREGRPC_DEFINITION, { ...methods(parts) }),
  };
}
