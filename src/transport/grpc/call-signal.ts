import type { ServerUnaryCall } from '@grpc/grpc-js';
import { callCancelled, deadlineReached, endOf } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';

/** Node's timers take no more; a longer wait ends here. */
const TIMER_MS_MAX = 2_147_483_647;

/** What of a call tells when it ends. */
type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'getDeadline'> & {
  once(event: 'cancelled', listener: () => void): unknown;
};

export interface CallEnds {
  /** For a caller without a deadline; undefined: it waits for ever. */
  readonly waitMaxMs: number | undefined;
  /** How long before its deadline a caller is answered; at most a tenth of its time. */
  readonly answerMarginMs: number;
  /** What else ends the call, with the reasons of these. */
  readonly others?: readonly AbortSignal[];
}

/** Watches for the end of a call. */
export class CallWatch {
  readonly #controller = new AbortController();
  readonly #stops: (() => void)[] = [];
  #isOver = false;

  constructor(
    call: AnyCall,
    { clock, timers }: Pick<Components, 'clock' | 'timers'>,
    { waitMaxMs, answerMarginMs, others = [] }: CallEnds,
  ) {
    // grpc-js says so at the end of every call
    call.once('cancelled', () => {
      if (!this.#isOver) this.#controller.abort(callCancelled());
    });
    for (const other of others) this.#stops.push(follow(other, this.#controller));
    const deadline = call.getDeadline();
    const deadlineMs = deadline instanceof Date ? deadline.getTime() : deadline;
    const leftMs = deadlineMs - clock.nowMs();
    const marginMs = Math.min(answerMarginMs, leftMs / 10);
    const waitMs = Number.isFinite(leftMs) ? leftMs - marginMs : waitMaxMs;
    if (waitMs === undefined) return;
    const end = (): void => this.#controller.abort(deadlineReached());
    if (waitMs <= 0) end();
    else this.#stops.push(timers.after(Math.min(waitMs, TIMER_MS_MAX), end));
  }

  /** Aborted when the call is to end, with the reason that `core` wants. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The call is over: nothing is watched any more. */
  over(): void {
    this.#isOver = true;
    for (const stop of this.#stops) stop();
  }
}

/** Aborts `controller` as `source` is, until what it answers is called. */
export function follow(source: AbortSignal, controller: AbortController): () => void {
  const end = (): void => controller.abort(endOf(source));
  if (source.aborted) end();
  else source.addEventListener('abort', end, { once: true });
  return () => source.removeEventListener('abort', end);
}
