import type { Channel } from './channel.js';
import type { CallLimits, Tries } from './tries.js';

/** What the parts of a client call by. */
export interface Wire {
  readonly channel: Channel;
  readonly tries: Tries;
}

/** A method of the generated services. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export interface UnaryLimits extends CallLimits {
  /** How long the server may take by itself, on top of the time for one try. */
  readonly waitMs?: number;
}

/** Calls a method that can be repeated at will: it reads, or says the same every time. */
export async function callUnary<Request, Response>(
  { channel, tries }: Wire,
  method: UnaryMethod<Request, Response>,
  request: Request,
  { waitMs = 0, ...limits }: UnaryLimits = {},
): Promise<Response> {
  const bytes = method.requestSerialize(request);
  const answer = await tries.run({
    ...limits,
    writes: false,
    work: ({ timeoutMs, ...options }) =>
      channel.unary(method.path, bytes, { ...options, timeoutMs: timeoutMs + waitMs }),
  });
  return method.responseDeserialize(Buffer.from(answer));
}
