import { ERROR_CATALOGUE, TokenBucket } from '../core/index.js';
import type { Components, LogFields } from '../runtime/index.js';
import type { CallCode, IncomingCall } from './call-gate.js';

/** `failed`: the fault of the server or of its load, or slow. */
export type LoggedCalls = 'all' | 'failed' | 'none';

/** A short call that takes longer is logged as if it had failed. */
const SLOW_MS = 1_000;
/** Lines a second with `failed`: a flood of refusals must not fill the disk. */
const FAILED_PER_SECOND = 50;

export interface CallEnd {
  readonly code: CallCode;
  readonly ms: number;
  /** Undefined while nobody knows who calls. */
  readonly caller: string | undefined;
  readonly traceId: string | undefined;
}

/** Calls in the log: what was called by whom and how it went, never what was sent. */
export class CallLog {
  readonly #logged: LoggedCalls;
  readonly #components: Pick<Components, 'clock' | 'logger'>;
  readonly #lines = new TokenBucket(FAILED_PER_SECOND, FAILED_PER_SECOND);
  #leftOut = 0;

  constructor(logged: LoggedCalls, components: Pick<Components, 'clock' | 'logger'>) {
    this.#logged = logged;
    this.#components = components;
  }

  write(call: IncomingCall, end: CallEnd): void {
    const { clock, logger } = this.#components;
    if (this.#logged === 'none') return;
    const isFailed = hasFailed(call, end);
    if (this.#logged === 'all') {
      logger[isFailed ? 'warn' : 'info'](fieldsOf(call, end), 'call ended');
      return;
    }
    if (!isFailed) return;
    this.#lines.refill(clock.monotonicMs());
    if (!this.#lines.hasOne) {
      this.#leftOut += 1;
      return;
    }
    this.#lines.takeOne();
    const leftOut = this.#leftOut === 0 ? {} : { left_out: this.#leftOut };
    this.#leftOut = 0;
    logger.warn({ ...fieldsOf(call, end), ...leftOut }, 'call ended');
  }
}

function hasFailed({ duration }: IncomingCall, { code, ms }: CallEnd): boolean {
  if (code === 'OK') return duration === 'short' && ms > SLOW_MS;
  // told to go on elsewhere, as at a stop
  if (code === 'NOT_READY' && duration === 'long') return false;
  const { http } = ERROR_CATALOGUE[code];
  return (http >= 500 && code !== 'NOT_SUPPORTED') || http === 429;
}

function fieldsOf(call: IncomingCall, { code, ms, caller, traceId }: CallEnd): LogFields {
  const { requestId, transport, method, address } = call;
  return {
    request_id: requestId,
    transport,
    method,
    code,
    ms: Math.round(ms * 10) / 10,
    ...(caller !== undefined && { caller }),
    address,
    ...(traceId !== undefined && { trace_id: traceId }),
  };
}
