import { bodyOf, requestHeaders } from '../callbacks/index.js';
import type { HttpTarget } from '../core/index.js';
import type { Clock, Timers } from '../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../scheduler/index.js';
import type { Activity } from './activity.js';

/** A call of a timed event, as its receiver sees it. */
export interface ReceivedCall {
  readonly application: string;
  readonly eventId: string;
  /** The same for all attempts, as the header cassadra-id: what repetitions are told by. */
  readonly id: string;
  /** From 1 on. */
  readonly attempt: number;
  /** When it was due, ms since the epoch. */
  readonly dueMs: number;
  /** When it was made. */
  readonly atMs: number;
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was scheduled. */
  readonly bytes: Uint8Array;
  /** The value of a body that is JSON; undefined when it is not. */
  readonly json: unknown;
}

/** What a receiver says. Nothing: 200. */
export interface CallAnswer {
  /** 200 when not given. */
  readonly status?: number;
  readonly body?: string;
  /** What a Retry-After header asks for. */
  readonly retryAfterMs?: number;
  /** How long the answer takes; Infinity: there is none, and the call times out. */
  readonly afterMs?: number;
}

/** Answers calls. What it throws is as if nobody could be reached. */
export type OnCall = (
  call: ReceivedCall,
) => CallAnswer | undefined | Promise<CallAnswer | undefined>;

export interface ReceivedCallsParts {
  readonly onCall: OnCall;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly activity: Activity;
}

/** Hands calls to a function of the test instead of making them. */
export class ReceivedCalls implements Dispatcher<HttpTarget> {
  readonly calls: ReceivedCall[] = [];
  readonly #parts: ReceivedCallsParts;
  readonly #closed = new AbortController();

  constructor(parts: ReceivedCallsParts) {
    this.#parts = parts;
  }

  async call(outgoing: OutgoingCall<HttpTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed.signal.aborted || !mayBegin()) return { kind: 'withdrawn' };
    const { timers } = this.#parts;
    const over = new AbortController();
    const end = (): void => over.abort();
    this.#closed.signal.addEventListener('abort', end, { once: true });
    const late = timers.sleep(outgoing.timeoutMs, over.signal);
    const tooLate = late.then((): DispatchResult => timedOut(outgoing.timeoutMs));
    try {
      return await Promise.race([this.#answerTo(outgoing, over.signal), tooLate]);
    } finally {
      end();
      this.#closed.signal.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async #answerTo(outgoing: OutgoingCall<HttpTarget>, over: AbortSignal): Promise<DispatchResult> {
    const { activity, clock, onCall, timers } = this.#parts;
    const call = receivedCall(outgoing, clock.nowMs());
    this.calls.push(call);
    try {
      const answer = await activity.track(Promise.resolve(call).then(onCall));
      const { status = 200, body = '', retryAfterMs, afterMs = 0 } = answer ?? {};
      await timers.sleep(afterMs, over);
      return { kind: 'answered', status, body, retryAfterMs };
    } catch (error) {
      return { kind: 'failed', error: error instanceof Error ? error.message : String(error) };
    }
  }
}

function timedOut(timeoutMs: number): DispatchResult {
  return { kind: 'failed', error: `timed out after ${timeoutMs} ms` };
}

function receivedCall(outgoing: OutgoingCall<HttpTarget>, atMs: number): ReceivedCall {
  const { key, generation, attempt, dueMs, target } = outgoing;
  const bytes = bodyOf(outgoing) ?? new Uint8Array();
  return {
    ...key,
    id: generation,
    attempt,
    dueMs,
    atMs,
    method: target.method,
    url: target.url,
    headers: headersOf(outgoing),
    bytes,
    json: jsonIn(bytes),
  };
}

function headersOf(outgoing: OutgoingCall<HttpTarget>): Record<string, string> {
  const headers: Record<string, string> = {};
  const list = requestHeaders(outgoing, 'cassadra');
  for (let index = 0; index < list.length; index += 2) {
    const name = (list[index] ?? '').toLowerCase();
    const value = list[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return json;
  } catch {
    return undefined;
  }
}
