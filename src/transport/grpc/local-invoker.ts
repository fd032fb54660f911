import { Metadata } from '@grpc/grpc-js';
import type { CallAccess } from '../../access/index.js';
import { AppError } from '../../core/index.js';
import type { TraceContext } from '../../runtime/index.js';
import { follow } from './call-signal.js';
import type { GrpcService } from './grpc-service.js';
import { methodsByPath, streamsByPath } from './methods-by-path.js';
import type { StreamingMethod } from './streaming-method.js';
import type { CallParts } from './unary.js';

/** A call from inside this process, which has passed the gate where it came in. */
export interface LocalCall extends CallAccess {
  /** Ends the call as a deadline does; its reason is the error. */
  readonly signal: AbortSignal;
  /** What new events and timed events carry. */
  readonly trace: TraceContext | undefined;
}

/**
 * Calls a method in this process by its path, as `/cassadra.v1.SchedulerService/Get`. Throws what
 * the method throws: AppErrors.
 */
export type LocalInvoke = (
  path: string,
  request: Uint8Array,
  call: LocalCall,
) => Promise<Uint8Array>;

/** The same methods as a server has, without a socket. Calls count as open while they run. */
export function localInvoker(
  services: readonly GrpcService[],
  { components, openCalls }: Pick<CallParts, 'components' | 'openCalls'>,
): LocalInvoke {
  const methods = methodsByPath(services, components);
  return async (path, request, call) => {
    const method = methods.get(path);
    if (method === undefined) throw noMethod(path);
    openCalls.begin();
    try {
      return await method(request, { ...call, metadata: new Metadata() });
    } finally {
      openCalls.end();
    }
  };
}

/**
 * Calls a streaming method in this process. The caller pulls answers; `return()` on them ends the
 * call, and aborting its signal ends one that is waiting. Ends with NOT_READY when the server
 * stops. Throws what the method throws: AppErrors.
 */
export type LocalInvokeStream = (
  path: string,
  requests: AsyncIterable<Uint8Array>,
  call: LocalCall,
) => AsyncIterable<Uint8Array>;

export interface LocalStreamParts extends Pick<CallParts, 'components' | 'openCalls'> {
  /** Ends all streams. */
  readonly stopping: AbortSignal;
}

/** The same streaming methods as a server has, without a socket. */
export function localStreamInvoker(
  services: readonly GrpcService[],
  parts: LocalStreamParts,
): LocalInvokeStream {
  const methods = streamsByPath(services, parts.components);
  return (path, requests, call) => {
    const method = methods.get(path);
    if (method === undefined) throw noMethod(path);
    return answersOf(method, requests, call, parts);
  };
}

async function* answersOf(
  method: StreamingMethod,
  requests: AsyncIterable<Uint8Array>,
  call: LocalCall,
  { openCalls, stopping }: LocalStreamParts,
): AsyncGenerator<Uint8Array> {
  const ended = new AbortController();
  const unfollow = [call.signal, stopping].map((source) => follow(source, ended));
  openCalls.begin();
  try {
    const context = { ...call, signal: ended.signal, metadata: new Metadata() };
    yield* method.run(requests, context);
  } finally {
    for (const stop of unfollow) stop();
    openCalls.end();
  }
}

function noMethod(path: string): AppError {
  return new AppError('NOT_FOUND', `there is no method ${path}`);
}
