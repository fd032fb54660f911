import type { handleUnaryCall } from '@grpc/grpc-js';
import { OVER } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { callSignal } from './call-signal.js';
import { codeOf, toStatus } from './errors.js';
import { serveCall } from './gated-call.js';
import type { OpenCalls } from './open-calls.js';
import type { UnaryMethod } from './unary-method.js';

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

/** Answers a call with the method's response, or with its error by the one map of errors. */
export function unary(
  parts: CallParts,
  method: UnaryMethod,
): handleUnaryCall<Uint8Array, Uint8Array> {
  return (call, callback) => {
    const { components, openCalls, settings } = parts;
    const { open, end } = serveCall(call.metadata);
    const { caller, audit, trace } = open;
    const answered = new AbortController();
    openCalls.begin();
    const ends = { ...settings, others: [], over: answered.signal };
    const signal = callSignal(call, components, ends);
    void method(call.request, { signal, metadata: call.metadata, caller, audit, trace })
      .then(
        (response) => {
          end('OK');
          callback(null, response);
        },
        (error: unknown) => {
          end(codeOf(error));
          callback(toStatus(error, components.logger));
        },
      )
      .catch((error: unknown) => {
        components.logger.error({ err: error }, 'an answer could not be sent');
      })
      .finally(() => {
        answered.abort(OVER);
        openCalls.end();
      });
  };
}
