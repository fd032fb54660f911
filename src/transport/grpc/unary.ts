import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { Components } from '../../runtime/index.js';
import { CallWatch } from './call-signal.js';
import { codeOf, toStatus } from './errors.js';
import { serveCall } from './gated-call.js';
import type { OpenCalls } from './open-calls.js';
import { callContext, type UnaryMethod } from './unary-method.js';

export interface CallSettings {
  /** For callers without a deadline. */
  readonly waitMaxMs: number;
  /** How long before its deadline a caller is answered; at most a tenth of its time. */
  readonly answerMarginMs: number;
}

export interface CallParts {
  readonly settings: CallSettings;
  readonly components: Components;
  readonly openCalls: OpenCalls;
}

type UnaryCall = ServerUnaryCall<Uint8Array, Uint8Array>;

/** Answers a call with the method's response, or with its error by the one map of errors. */
export function unary(
  parts: CallParts,
  method: UnaryMethod,
): handleUnaryCall<Uint8Array, Uint8Array> {
  return (call, callback) => void answer(call, callback, method, parts);
}

async function answer(
  call: UnaryCall,
  callback: sendUnaryData<Uint8Array>,
  method: UnaryMethod,
  { components, openCalls, settings }: CallParts,
): Promise<void> {
  const { metadata, request } = call;
  const served = serveCall(metadata);
  openCalls.begin();
  const watch = new CallWatch(call, components, settings);
  try {
    let response: Uint8Array;
    try {
      response = await method(request, callContext(served.open, watch.signal, metadata));
    } catch (error) {
      served.end(codeOf(error));
      callback(toStatus(error, components.logger));
      return;
    }
    served.end('OK');
    callback(null, response);
  } catch (error) {
    components.logger.error({ err: error }, 'an answer could not be sent');
  } finally {
    watch.over();
    openCalls.end();
  }
}
