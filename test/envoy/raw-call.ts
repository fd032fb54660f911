import { connect, type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import type { TestContext } from 'node:test';

const EMPTY_MESSAGE = Buffer.alloc(5);

/** How a call ended; undefined: it was cut. */
export interface RawAnswer {
  readonly status: number | undefined;
  /** gRPC status, in the trailers or alone. */
  readonly grpcStatus: number | undefined;
}

/** HTTP/2 connections to Envoy without a gRPC library that would correct what is sent. */
export function openSession(context: TestContext, port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  context.after(() => session.destroy());
  return session;
}

/** A gRPC call with an empty request. */
export function rawCall(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let status: number | undefined;
    let grpcStatus: number | undefined;
    const note = (received: Readonly<Record<string, unknown>>): void => {
      if (received[':status'] !== undefined) status = Number(received[':status']);
      if (received['grpc-status'] !== undefined) grpcStatus = Number(received['grpc-status']);
    };
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', () => undefined);
    stream.on('close', () => resolve({ status, grpcStatus }));
    stream.resume().end(EMPTY_MESSAGE);
  });
}
