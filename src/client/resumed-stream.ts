import { Backoff } from './backoff.js';
import type { Channel } from './channel.js';
import { StoreUnavailableError } from './errors.js';
import { pullInTime } from './pull-in-time.js';
import { mayTryAgain, type TriesParts } from './tries.js';

/** A streaming method that is called anew after a loss. */
export interface ResumedCall {
  readonly path: string;
  /** What to ask for now; undefined: all has come. */
  readonly request: () => Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** It has no end of its own and may be quiet for long; it is resumed for ever. */
  readonly endless: boolean;
  /** Told of each loss. */
  readonly onLoss?: ((error: Error, retryInMs: number) => void) | undefined;
}

/**
 * The messages that answer, one by one as they are pulled. After a loss the method is called again
 * with a request that leaves out what has been pulled. Throws what cannot be helped by that, and
 * the signal's reason.
 */
export async function* resumedStream(
  channel: Channel,
  parts: TriesParts,
  call: ResumedCall,
): AsyncGenerator<Uint8Array, void> {
  const losses = new Losses(parts, call);
  for (let request = call.request(); request !== undefined; request = call.request()) {
    const messages = new Attempt(channel, parts, call, request);
    try {
      for (let message = await messages.next(); message !== undefined; ) {
        losses.over();
        yield message;
        message = await messages.next();
      }
      return;
    } catch (error) {
      call.signal.throwIfAborted();
      await losses.wait(error);
      call.signal.throwIfAborted();
    } finally {
      messages.end();
    }
  }
}

/** Losses in a row. */
class Losses {
  readonly #parts: TriesParts;
  readonly #call: ResumedCall;
  readonly #backoff: Backoff | undefined;
  #lastStartMs: number | undefined;

  constructor(parts: TriesParts, call: ResumedCall) {
    const { retry } = parts.policy;
    this.#parts = parts;
    this.#call = call;
    this.#backoff = retry === false ? undefined : new Backoff(retry, parts.time);
  }

  /** Something came. */
  over(): void {
    this.#lastStartMs = undefined;
    this.#backoff?.reset();
  }

  /** Pauses before the next call, or throws the error when there is none. */
  async wait(error: unknown): Promise<void> {
    const { time, policy } = this.#parts;
    const { endless, signal, onLoss } = this.#call;
    const backoff = this.#backoff;
    if (!mayTryAgain(error) || backoff === undefined || policy.retry === false) throw error;
    const delayMs = backoff.nextMs();
    this.#lastStartMs ??= time.monotonicMs() + policy.retry.forMs;
    if (!endless && time.monotonicMs() + delayMs > this.#lastStartMs) throw error;
    onLoss?.(error, delayMs);
    await time.sleep(delayMs, signal);
  }
}

/** One call of the method. */
class Attempt {
  readonly #parts: TriesParts;
  readonly #call: ResumedCall;
  readonly #ended = new AbortController();
  readonly #messages: AsyncIterator<Uint8Array>;

  constructor(channel: Channel, parts: TriesParts, call: ResumedCall, request: Uint8Array) {
    this.#parts = parts;
    this.#call = call;
    call.signal.addEventListener('abort', this.#end, { once: true });
    if (call.signal.aborted) this.#end();
    const options = { signal: this.#ended.signal, writes: false };
    const answers = channel.stream(call.path, single(request), options);
    this.#messages = answers[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const { policy, time } = this.#parts;
    this.#call.signal.throwIfAborted();
    const next = await (this.#call.endless
      ? this.#messages.next()
      : pullInTime(this.#messages, policy.timeoutMs, time));
    this.#call.signal.throwIfAborted();
    if (next.done !== true) return next.value;
    if (!this.#call.endless) return undefined;
    throw new StoreUnavailableError('UNAVAILABLE', 'the server has ended the stream');
  }

  end(): void {
    this.#call.signal.removeEventListener('abort', this.#end);
    this.#end();
    this.#messages.return?.().catch(() => undefined);
  }

  readonly #end = (): void => this.#ended.abort();
}

async function* single(message: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield message;
}
