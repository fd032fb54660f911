import type { FastifyRequest } from 'fastify';
import type { CallAccess } from '../../../access/index.js';
import type { TraceContext } from '../../../runtime/index.js';
import { callSignal, endAtStop, endWith, liftDeadline } from '../call-signal.js';
import { openCallOf } from '../gated-request.js';
import { methodPath, type Binding } from './bindings.js';
import { isFeed } from './known-fields.js';
import type { HttpInput } from './read-request.js';
import { readRequests } from './read-requests.js';
import { EVENT_STREAM, jsonLines, serverSentEvents, type StreamFormat } from './stream-format.js';
import type { StreamedAnswer } from './streamed-answer.js';

/** A call that has passed the gate. */
export interface InvokedCall extends CallAccess {
  /** The call's end; its reason is the error. */
  readonly signal: AbortSignal;
  /** What new events and timed events carry. */
  readonly trace: TraceContext | undefined;
}

/** Of a request that has passed the gate. */
export function invokedCall(request: FastifyRequest): InvokedCall {
  const { caller, audit, trace } = openCallOf(request);
  return { signal: callSignal(request), caller, audit, trace };
}

/**
 * Calls a streaming method in this process. The caller pulls answers; `return()` on them ends the
 * call. Throws AppError.
 */
export type InvokeStream = (
  path: string,
  requests: AsyncIterable<Uint8Array>,
  call: InvokedCall,
) => AsyncIterable<Uint8Array>;

/** Nothing may come for a long time, and the caller wants to know that it is connected. */
const FEED_BEGIN_MS = 200;
/** What is there comes, or fails. */
const READ_BEGIN_MS = 10_000;

/**
 * Reads the request and calls the method. A feed ends when the server stops; other calls are
 * finished. Throws INVALID_ARGUMENT before anything is called.
 */
export function callStreaming(
  binding: Binding,
  input: HttpInput,
  invoke: InvokeStream,
  request: FastifyRequest,
): StreamedAnswer {
  const { method } = binding;
  const { headers } = request;
  const requests = readRequests(binding, {
    ...input,
    contentType: headers['content-type'],
    lastEventId: headers['last-event-id']?.toString(),
  });
  const feed = isFeed(method);
  liftDeadline(request);
  if (feed) endAtStop(request);
  endWith(request, openCallOf(request).revocation());
  const call = invokedCall(request);
  const { signal } = call;
  const messages =
    request.method === 'HEAD' ? each([]) : invoke(methodPath(method), each(requests), call);
  const beginMs = feed ? FEED_BEGIN_MS : READ_BEGIN_MS;
  return { format: formatOf(binding, headers.accept), messages, signal, beginMs };
}

async function* each(requests: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* requests;
}

function formatOf({ method }: Binding, accept = ''): StreamFormat {
  const types = accept.split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase());
  const asEvents = isFeed(method) && types.includes(EVENT_STREAM);
  return asEvents ? serverSentEvents(method.output) : jsonLines(method.output);
}
