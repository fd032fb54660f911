import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, callCancelled, deadlineReached, endOf, OVER } from '../../core/index.js';
import type { Timers } from '../../runtime/index.js';
import { onceOver } from './once-over.js';

export interface CallLimits {
  readonly timers: Timers;
  /** How long a call may take. */
  readonly waitMaxMs: number;
  /** How long nothing may move on a socket. */
  readonly idleTimeoutMs: number;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

const calls = new WeakMap<FastifyRequest, OpenCall>();

/** Aborted at the deadline and when the caller goes away, with the reason that `service` wants. */
export function callSignal(request: FastifyRequest): AbortSignal {
  return callOf(request).signal;
}

/** Gives the request its signal; from now on the time runs. */
export function openCallSignal(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: CallLimits,
): void {
  calls.set(request, new OpenCall(request, reply, limits));
}

/** A call that asks to wait has so much more time, on a quiet socket, too; NOT_READY at a stop. */
export function allowWait(request: FastifyRequest, waitMs: number): void {
  const call = callOf(request);
  call.allowWait(waitMs);
  call.endAtStop();
}

/** The call has no time limit any more. */
export function liftDeadline(request: FastifyRequest): void {
  callOf(request).liftDeadline();
}

/** The call ends with NOT_READY when the server stops: nothing would be finished by waiting. */
export function endAtStop(request: FastifyRequest): void {
  callOf(request).endAtStop();
}

/** The call ends when the signal is aborted, with its reason. */
export function endWith(request: FastifyRequest, signal: AbortSignal): void {
  callOf(request).endWith(signal, () => endOf(signal));
}

function callOf(request: FastifyRequest): OpenCall {
  const call = calls.get(request);
  if (call === undefined) throw new TypeError('the request has no signal');
  return call;
}

class OpenCall {
  readonly #request: FastifyRequest;
  readonly #limits: CallLimits;
  readonly #end = new AbortController();
  readonly #closed = new AbortController();
  #time = new AbortController();

  constructor(request: FastifyRequest, reply: FastifyReply, limits: CallLimits) {
    this.#request = request;
    this.#limits = limits;
    onceOver(request, reply, () => {
      this.#closed.abort(OVER);
      this.#time.abort(OVER);
      if (!reply.raw.writableFinished) this.#end.abort(callCancelled());
    });
    this.#limitTo(limits.waitMaxMs);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  allowWait(waitMs: number): void {
    this.#request.raw.setTimeout(this.#limits.idleTimeoutMs + waitMs);
    this.#limitTo(this.#limits.waitMaxMs + waitMs);
  }

  liftDeadline(): void {
    this.#time.abort(OVER);
  }

  endAtStop(): void {
    const { stopping } = this.#limits;
    this.endWith(stopping, () => new AppError('NOT_READY', 'the server is stopping'));
  }

  endWith(source: AbortSignal, reason: () => AppError): void {
    const end = (): void => this.#end.abort(reason());
    if (source.aborted) end();
    else source.addEventListener('abort', end, { once: true, signal: this.#closed.signal });
  }

  #limitTo(ms: number): void {
    this.#time.abort(OVER);
    const time = new AbortController();
    this.#time = time;
    void this.#limits.timers.sleep(ms, time.signal).then(() => {
      // an aborted sleep ends here too; the first reason stays
      if (!time.signal.aborted) this.#end.abort(deadlineReached());
    });
  }
}
