import type { CancelResponse } from '../../gen/cassadra/v1/scheduler.js';
import { OutcomeUnknownError, StoreError } from '../errors.js';
import type { CallLimits } from '../tries.js';
import type { Wire } from '../unary.js';
import { decodeStopped, type Stopped } from './timed-event.js';

interface StopMethod<Request> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Pick<CancelResponse, 'outcome'>;
}

interface StopLimits extends CallLimits {
  /** After a try without an answer NOT_FOUND is its success. */
  readonly goneMeansDone?: boolean;
}

/** Stops or moves a timed event; repeating that is harmless, so it is asked until it is known. */
export async function stopUntilKnown<Request>(
  { channel, tries }: Wire,
  method: StopMethod<Request>,
  request: Request,
  { goneMeansDone = false, ...limits }: StopLimits,
): Promise<Stopped> {
  const bytes = method.requestSerialize(request);
  return tries.run({
    ...limits,
    writes: true,
    work: async (options, unanswered) => {
      try {
        const answer = await channel.unary(method.path, bytes, options);
        const { outcome } = method.responseDeserialize(Buffer.from(answer));
        const stopped = decodeStopped(outcome);
        if (stopped !== undefined) return stopped;
        throw new OutcomeUnknownError('OUTCOME_UNKNOWN', 'the server does not know the outcome');
      } catch (error) {
        const gone = error instanceof StoreError && error.reason === 'NOT_FOUND';
        if (gone && unanswered && goneMeansDone) return 'done';
        throw error;
      }
    },
  });
}
