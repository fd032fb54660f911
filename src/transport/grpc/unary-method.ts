import type { Metadata } from '@grpc/grpc-js';
import {
  audited,
  authorize,
  requireRole,
  type AccessRule,
  type CallAccess,
} from '../../access/index.js';
import type { OpenCall } from '../../calls/index.js';
import type { TraceContext } from '../../runtime/index.js';
import { encodeResponse, type MessageWriter } from './encode-response.js';
import { decodeStrictly, type MessageReader, type NestedFields } from './strict-message.js';

export interface CallContext extends CallAccess {
  /** Aborted at the caller's deadline and when it cancels, with the reason that `core` wants. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
  /** What new events and timed events carry. */
  readonly trace: TraceContext | undefined;
}

/** Of a call over gRPC. Most calls have nothing to be told in the log of access. */
export function callContext(open: OpenCall, signal: AbortSignal, metadata: Metadata): CallContext {
  const { caller, trace } = open;
  return {
    signal,
    metadata,
    caller,
    trace,
    get audit() {
      return open.audit;
    },
  };
}

/** One method, from the bytes of a request to those of its response. Throws AppError. */
export type UnaryMethod = (request: Uint8Array, context: CallContext) => Promise<Uint8Array>;

/** How a method's messages are read and written, and who may send them. */
export interface MethodCodec<Request, Response> {
  readonly request: MessageReader<Request>;
  /** Fields of the request that hold messages. */
  readonly nested: NestedFields;
  readonly response: MessageWriter<Response>;
  readonly access: AccessRule<Request>;
}

/** Role → decode strictly → authorize → `run` → encode. */
export function unaryMethod<Request, Response>(
  codec: MethodCodec<Request, Response>,
  run: (request: Request, context: CallContext) => Promise<Response>,
): UnaryMethod {
  const { access } = codec;
  return async (bytes, context) => {
    requireRole(context, access);
    const request = decodeStrictly(codec.request, codec.nested, bytes);
    authorize(context, access, request);
    const response = await audited(context, access, request, () => run(request, context));
    return encodeResponse(codec.response, response);
  };
}
