import type { handleUnaryCall, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { AppError } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import { callCancelled, deadlineReached } from '../../service/index.js';
import { toStatus } from './errors.js';
import type { OpenCalls } from './open-calls.js';
import type { Decoded } from './strict-message.js';

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

export interface CallContext {
  /** Aborted at the caller's deadline and when it cancels, with the reason that `service` wants. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
}

type Method<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** Answers a call with the method's result, or with its error by the one map of errors. */
export function unary<Request, Response>(
  parts: CallParts,
  method: Method<Request, Response>,
): handleUnaryCall<Decoded<Request>, Response> {
  return (call, callback) => {
    const { components, openCalls } = parts;
    const answered = new AbortController();
    openCalls.begin();
    void run(call, callSignal(call, parts, answered.signal), method)
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

async function run<Request, Response>(
  call: ServerUnaryCall<Decoded<Request>, Response>,
  signal: AbortSignal,
  method: Method<Request, Response>,
): Promise<Response> {
  const { request, metadata } = call;
  if (!request.ok) throw new AppError('INVALID_ARGUMENT', request.problem);
  return method(request.message, { signal, metadata });
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
