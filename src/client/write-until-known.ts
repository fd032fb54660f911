import type { CallOptions } from './channel.js';
import { OutcomeUnknownError, StoreError } from './errors.js';
import type { CallLimits } from './tries.js';
import type { UnaryMethod, Wire } from './unary.js';

/** A change that may be made twice, and what its answers mean. */
export interface RepeatedWrite<Request, Response, Result> extends CallLimits {
  /** Undefined: the server itself does not know. `altered`: it answers what `repeated` made. */
  readonly read: (response: Response, altered: boolean) => Result | undefined;
  /** What a try sends after one without an answer; the same when not given. */
  readonly repeated?: (request: Request) => Request;
  /** Refusals that prove, also after a try without an answer, that nothing was written. */
  readonly provesUnwritten?: (error: StoreError) => boolean;
  /**
   * What a refusal means after a try without an answer, when it shows that this try was written or
   * that what it asked for holds; undefined: it does not.
   */
  readonly settledBy?: (error: StoreError, options: CallOptions) => Promise<Result | undefined>;
}

/** Makes the change again until the outcome is known. */
export async function writeUntilKnown<Request, Response, Result>(
  { channel, tries }: Wire,
  method: UnaryMethod<Request, Response>,
  request: Request,
  { read, repeated, settledBy, ...call }: RepeatedWrite<Request, Response, Result>,
): Promise<Result> {
  return tries.run({
    ...call,
    writes: true,
    work: async (options, unanswered) => {
      const sent = unanswered && repeated !== undefined ? repeated(request) : request;
      try {
        const answer = await channel.unary(method.path, method.requestSerialize(sent), options);
        const response = method.responseDeserialize(Buffer.from(answer));
        const result = read(response, sent !== request);
        if (result !== undefined) return result;
        throw new OutcomeUnknownError('OUTCOME_UNKNOWN', 'the server does not know the outcome');
      } catch (error) {
        if (!unanswered || !(error instanceof StoreError)) throw error;
        const settled = await settledBy?.(error, options);
        if (settled === undefined) throw error;
        return settled;
      }
    },
  });
}

/** After a try without an answer, *there is none* is the success of a removal. */
export function goneMeans<Result>(
  result: Result,
): (error: StoreError) => Promise<Result | undefined> {
  return async ({ reason }) => (reason === 'NOT_FOUND' ? result : undefined);
}

/** The message that every answer has. */
export function requireAnswered<Message>(message: Message | undefined, what: string): Message {
  if (message === undefined) throw new StoreError('INTERNAL', `the answer has no ${what}`);
  return message;
}
