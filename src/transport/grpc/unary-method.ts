import type { Metadata } from '@grpc/grpc-js';
import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { decodeStrictly, type MessageReader, type NestedFields } from './strict-message.js';

export interface CallContext {
  /** Aborted at the caller's deadline and when it cancels, with the reason that `core` wants. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
}

/** One method, from the bytes of a request to those of its response. Throws AppError. */
export type UnaryMethod = (request: Uint8Array, context: CallContext) => Promise<Uint8Array>;

/** How a method's messages are read and written. */
export interface MethodCodec<Request, Response> {
  readonly request: MessageReader<Request>;
  /** Fields of the request that hold messages. */
  readonly nested: NestedFields;
  readonly response: { encode(message: Response): BinaryWriter };
}

/** Decode strictly → `run` → encode. */
export function unaryMethod<Request, Response>(
  codec: MethodCodec<Request, Response>,
  run: (request: Request, context: CallContext) => Promise<Response>,
): UnaryMethod {
  return async (bytes, context) => {
    const request = decodeStrictly(codec.request, codec.nested, bytes);
    return codec.response.encode(await run(request, context)).finish();
  };
}
