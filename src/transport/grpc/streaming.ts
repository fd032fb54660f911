import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  ServerDuplexStream,
  ServerWritableStream,
} from '@grpc/grpc-js';
import type { CallCode } from '../../calls/index.js';
import { CallWatch } from './call-signal.js';
import { codeOf, toStatus } from './errors.js';
import { serveCall } from './gated-call.js';
import { pacedRequests } from './paced-requests.js';
import type { StreamingMethod } from './streaming-method.js';
import { callContext } from './unary-method.js';
import type { CallParts } from './unary.js';

export interface StreamParts extends CallParts {
  /** What ends the streams of a connection (by `connectionKey`) beside their callers. */
  readonly ends: (connection: string) => readonly AbortSignal[];
}

type Handler =
  | handleServerStreamingCall<Uint8Array, Uint8Array>
  | handleBidiStreamingCall<Uint8Array, Uint8Array>;

type StreamCall =
  | ServerWritableStream<Uint8Array, Uint8Array>
  | ServerDuplexStream<Uint8Array, Uint8Array>;

/** Answers a call with what the method yields, pulled as the caller takes it. */
export function streaming(parts: StreamParts, method: StreamingMethod): Handler {
  if (method.kind === 'bidi') {
    return (call: ServerDuplexStream<Uint8Array, Uint8Array>) =>
      void serve(call, pacedRequests(call), method, parts);
  }
  return (call: ServerWritableStream<Uint8Array, Uint8Array>) =>
    void serve(call, one(call.request), method, parts);
}

async function* one(request: Uint8Array): AsyncGenerator<Uint8Array> {
  yield request;
}

async function serve(
  call: StreamCall,
  requests: AsyncIterable<Uint8Array>,
  method: StreamingMethod,
  { components, openCalls, settings, ends }: StreamParts,
): Promise<void> {
  const served = serveCall(call.metadata);
  const { open, connection } = served;
  let code: CallCode = 'OK';
  openCalls.begin();
  const watch = new CallWatch(call, components, {
    waitMaxMs: undefined,
    answerMarginMs: settings.answerMarginMs,
    others: [...ends(connection), open.revocation()],
  });
  try {
    const context = callContext(open, watch.signal, call.metadata);
    for await (const answer of method.run(requests, context)) {
      await written(call, answer);
      if (!call.destroyed) continue;
      code = 'CANCELLED';
      return;
    }
    call.end();
  } catch (error) {
    code = codeOf(error);
    if (!call.destroyed) call.emit('error', toStatus(error, components.logger));
  } finally {
    served.end(code);
    watch.over();
    openCalls.end();
  }
}

/**
 * Resolves when HTTP/2 has taken the message, or the caller is gone. `drain` would come after up to
 * 16 messages; and nobody calls back when a call is closed.
 */
function written(call: StreamCall, message: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      call.off('close', done);
      resolve();
    };
    call.once('close', done);
    call.write(message, done);
  });
}
