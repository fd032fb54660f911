import type { FastifyReply, FastifyRequest } from 'fastify';
import { callCancelled, deadlineReached } from '../../core/index.js';
import type { Timers } from '../../runtime/index.js';

const signals = new WeakMap<FastifyRequest, AbortSignal>();

/** Aborted at the deadline and when the caller goes away, with the reason that `service` wants. */
export function callSignal(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request);
  if (signal === undefined) throw new TypeError('the request has no signal');
  return signal;
}

/** Gives the request its signal; from now on the time runs. */
export function openCallSignal(
  request: FastifyRequest,
  reply: FastifyReply,
  timers: Timers,
  waitMaxMs: number,
): void {
  const controller = new AbortController();
  const answered = new AbortController();
  signals.set(request, controller.signal);
  reply.raw.once('close', () => {
    answered.abort();
    if (!reply.raw.writableFinished) controller.abort(callCancelled());
  });
  void timers.sleep(waitMaxMs, answered.signal).then(() => {
    // an aborted sleep ends here too; the first reason stays
    if (!answered.signal.aborted) controller.abort(deadlineReached());
  });
}
