import { authorize, requireRole } from '../../access/index.js';
import { AppError } from '../../core/index.js';
import { encodeResponse } from './encode-response.js';
import { decodeStrictly } from './strict-message.js';
import type { CallContext, MethodCodec } from './unary-method.js';

/**
 * A method that streams, on the bytes of messages. It pulls requests as it can take them, and its
 * answers are pulled as the caller takes them: what it yields is all that waits. It ends the call
 * by returning, or by throwing an AppError. `return()` means that the caller is gone.
 */
export interface StreamingMethod {
  /** `server`: exactly one request. `bidi`: any number of them. */
  readonly kind: 'server' | 'bidi';
  readonly run: (
    requests: AsyncIterable<Uint8Array>,
    context: CallContext,
  ) => AsyncIterable<Uint8Array>;
}

/** Role → decode strictly → authorize → `run` → encode each answer as it is pulled. */
export function serverStream<Request, Response>(
  codec: MethodCodec<Request, Response>,
  run: (request: Request, context: CallContext) => AsyncIterable<Response>,
): StreamingMethod {
  return {
    kind: 'server',
    run: async function* (requests, context) {
      requireRole(context, codec.access);
      for await (const request of decoded(codec, requests)) {
        authorize(context, codec.access, request);
        for await (const answer of run(request, context)) {
          yield encodeResponse(codec.response, answer);
        }
        return;
      }
      throw new AppError('INVALID_ARGUMENT', 'there is no request');
    },
  };
}

/** The same for a caller that sends any number of requests; `run` authorizes each. */
export function bidiStream<Request, Response>(
  codec: MethodCodec<Request, Response>,
  run: (requests: AsyncIterable<Request>, context: CallContext) => AsyncIterable<Response>,
): StreamingMethod {
  return {
    kind: 'bidi',
    run: async function* (requests, context) {
      requireRole(context, codec.access);
      for await (const answer of run(decoded(codec, requests), context)) {
        yield encodeResponse(codec.response, answer);
      }
    },
  };
}

async function* decoded<Request>(
  { request, nested }: Pick<MethodCodec<Request, unknown>, 'request' | 'nested'>,
  requests: AsyncIterable<Uint8Array>,
): AsyncGenerator<Request> {
  for await (const bytes of requests) yield decodeStrictly(request, nested, bytes);
}
