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
  readonly others: readonly AbortSignal[];
  /** Aborted when the call is over: nothing is watched any more. */
  readonly over: AbortSignal;
}

/** Aborted when the call is to end, with the reason that `core` wants. */
export function callSignal(
  call: AnyCall,
  components: Pick<Components, 'clock' | 'timers'>,
  { waitMaxMs, answerMarginMs, others, over }: CallEnds,
): AbortSignal {
  const controller = new AbortController();
  // grpc-js says so at the end of every call
  call.once('cancelled', () => {
    if (!over.aborted) controller.abort(callCancelled());
  });
  for (const other of others) follow(other, controller, over);
  const deadline = call.getDeadline();
  const deadlineMs = deadline instanceof Date ? deadline.getTime() : deadline;
  const leftMs = deadlineMs - components.clock.nowMs();
  const marginMs = Math.min(answerMarginMs, leftMs / 10);
  const waitMs = Number.isFinite(leftMs) ? leftMs - marginMs : waitMaxMs;
  if (waitMs === undefined) return controller.signal;
  const end = (): void => controller.abort(deadlineReached());
  if (waitMs <= 0) end();
  else {
    void components.timers.sleep(Math.min(waitMs, TIMER_MS_MAX), over).then(() => {
      // an aborted sleep ends here too
      if (!over.aborted) end();
    });
  }
  return controller.signal;
}

/** Aborts `controller` as `source` is, until `over` is aborted. */
export function follow(source: AbortSignal, controller: AbortController, over: AbortSignal): void {
  const end = (): void => controller.abort(endOf(source));
  if (source.aborted) end();
  else source.addEventListener('abort', end, { once: true, signal: over });
}
