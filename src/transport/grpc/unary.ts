import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import { callCancelled, deadlineReached } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { toStatus } from './errors.js';
import type { OpenCalls } from './open-calls.js';
import type { UnaryMethod } from './unary-method.js';

/** Node's timers take no more; a longer wait ends here. */
const TIMER_MS_MAX = 2_147_483_647;

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
    const { components, openCalls } = parts;
    const answered = new AbortController();
    openCalls.begin();
    const signal = callSignal(call, parts, answered.signal);
    void method(call.request, { signal, metadata: call.metadata })
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toStatus(error, components.logger)),
      )
      .catch((error: unknown) => {
        components.logger.error({ err: error }, 'an answer could not be sent');
      })
      .finally(() => {
        answered.abort();
        openCalls.end();
      });
  };
}

type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'getDeadline'> & {
  once(event: 'cancelled', listener: () => void): unknown;
};

function callSignal(call: AnyCall, parts: CallParts, answered: AbortSignal): AbortSignal {
  const { settings, components } = parts;
  const controller = new AbortController();
  call.once('cancelled', () => controller.abort(callCancelled()));
  const deadline = call.getDeadline();
  const deadlineMs = deadline instanceof Date ? deadline.getTime() : deadline;
  const leftMs = deadlineMs - components.clock.nowMs();
  const marginMs = Math.min(settings.answerMarginMs, leftMs / 10);
  const waitMs = Number.isFinite(leftMs) ? leftMs - marginMs : settings.waitMaxMs;
  const end = (): void => controller.abort(deadlineReached());
  if (waitMs <= 0) end();
  else void components.timers.sleep(Math.min(waitMs, TIMER_MS_MAX), answered).then(end);
  return controller.signal;
}
