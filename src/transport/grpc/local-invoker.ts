import { Metadata } from '@grpc/grpc-js';
import { AppError } from '../../core/index.js';
import type { GrpcService } from './grpc-service.js';
import { methodsByPath } from './methods-by-path.js';
import type { CallParts } from './unary.js';

/**
 * Calls a method in this process by its path, as `/cassadra.v1.SchedulerService/Get`. `signal` ends
 * the call as a deadline does; its reason is the error. Throws what the method throws: AppErrors.
 */
export type LocalInvoke = (
  path: string,
  request: Uint8Array,
  signal: AbortSignal,
) => Promise<Uint8Array>;

/** The same methods as a server has, without a socket. Calls count as open while they run. */
export function localInvoker(
  services: readonly GrpcService[],
  { components, openCalls }: Pick<CallParts, 'components' | 'openCalls'>,
): LocalInvoke {
  const methods = methodsByPath(services, components);
  return async (path, request, signal) => {
    const method = methods.get(path);
    if (method === undefined) throw new AppError('NOT_FOUND', `there is no method ${path}`);
    openCalls.begin();
    try {
      return await method(request, { signal, metadata: new Metadata() });
    } finally {
      openCalls.end();
    }
  };
}
