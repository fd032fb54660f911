import {
  AppendManyResponse,
  EventStoreServiceService,
  type NumberedResult,
} from '../../gen/cassadra/v1/event_store.js';
import {
  decodeAppended,
  encodeAppend,
  explainReuse,
  provesUnwritten,
  type Appended,
  type AppendOptions,
} from '../append.js';
import { Backoff } from '../backoff.js';
import { Bell } from '../bell.js';
import type { Channel } from '../channel.js';
import {
  invalidField,
  OutcomeUnknownError,
  StoreError,
  storeErrorOf,
  StoreUnavailableError,
  VersionConflictError,
} from '../errors.js';
import type { NewEvent, NewId } from '../new-event.js';
import type { OpenCall } from '../open-calls.js';
import { mayTryAgain, type TriesParts } from '../tries.js';
import { PipelineQueue } from './pipeline-queue.js';
import { failureOf, refusalOf, type PipelinedAppend } from './pipelined-append.js';

export interface PipelineOptions {
  /** Appends that are on the way at once; `ready` waits while there are more (1,000). */
  readonly maxInFlight?: number;
}

/** Appends that do not wait for each other, on one connection. */
export interface AppendPipeline {
  /**
   * As `append` of the client: exactly once for the caller. Appends to one stream are written in
   * the order of the calls; where one has to be sent again by itself (the server was too full for
   * it) those behind it that were sent may be before it, unless they expect a version.
   */
  append(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options?: Pick<AppendOptions, 'expected' | 'signal'>,
  ): Promise<Appended>;
  /** Resolves when there is room. A caller that does not wait piles up appends in its memory. */
  ready(): Promise<void>;
  /** Waits for everything that was appended; there can be no more. */
  close(): Promise<void>;
}

/** How often is looked for what takes too long. */
const WATCH_MS = 1_000;

/** One AppendMany after another, as long as there is something to append. */
export class ResumedPipeline implements AppendPipeline {
  readonly #channel: Channel;
  readonly #parts: TriesParts;
  readonly #newId: NewId;
  readonly #maxInFlight: number;
  readonly #queue: PipelineQueue;
  readonly #bell = new Bell();
  readonly #open: OpenCall;
  readonly #backoff: Backoff | undefined;
  #loop: Promise<void> | undefined;
  #next = 1;
  #closing = false;
  #progressMs = 0;

  constructor(
    channel: Channel,
    parts: TriesParts & { readonly newId: NewId },
    { maxInFlight = 1_000 }: PipelineOptions,
  ) {
    if (!(maxInFlight >= 1)) throw invalidField('maxInFlight', 'must be at least 1');
    this.#channel = channel;
    this.#parts = parts;
    this.#newId = parts.newId;
    this.#maxInFlight = maxInFlight;
    this.#queue = new PipelineQueue(maxInFlight);
    this.#open = parts.openCalls.begin();
    const { retry } = parts.policy;
    this.#backoff = retry === false ? undefined : new Backoff(retry, parts.time);
    this.#open.signal.addEventListener('abort', () => this.#giveUp(this.#open.signal.reason));
  }

  async append(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options: Pick<AppendOptions, 'expected' | 'signal'> = {},
  ): Promise<Appended> {
    const append = encodeAppend(stream, events, options, this.#newId);
    this.#open.signal.throwIfAborted();
    options.signal?.throwIfAborted();
    if (this.#closing) throw new StoreError('CLIENT_CLOSED', 'the pipeline was closed');
    const { policy, time } = this.#parts;
    const patienceMs = policy.timeoutMs + (policy.retry === false ? 0 : policy.retry.forMs);
    const { expected = 'any', signal } = options;
    const number = this.#next;
    this.#next += 1;
    const end = (): void => this.#remove((other) => other.number === number, signal?.reason);
    try {
      return await new Promise<Appended>((resolve, reject) => {
        this.#queue.add({
          number,
          stream,
          append,
          inWindow: expected === 'any' || expected === 'stream-exists',
          expiresMs: time.monotonicMs() + patienceMs,
          resolve,
          reject,
          unanswered: false,
          notBeforeMs: 0,
        });
        signal?.addEventListener('abort', end, { once: true });
        this.#loop ??= this.#run();
        this.#bell.ring();
      });
    } finally {
      signal?.removeEventListener('abort', end);
      this.#bell.ring();
    }
  }

  async ready(): Promise<void> {
    while (this.#queue.size >= this.#maxInFlight) await this.#bell.next();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#bell.ring();
    await this.#loop;
    this.#open.end();
  }

  get #over(): boolean {
    return this.#open.signal.aborted || (this.#closing && this.#queue.size === 0);
  }

  async #run(): Promise<void> {
    const watching = new AbortController();
    const watch = this.#watch(watching.signal);
    while (!this.#over) {
      if (this.#queue.size === 0) {
        await this.#bell.next();
        continue;
      }
      await this.#connect();
    }
    watching.abort();
    await watch;
  }

  /** One call of AppendMany, until it is over. */
  async #connect(): Promise<void> {
    const attempt = new AbortController();
    const end = (): void => attempt.abort();
    this.#open.signal.addEventListener('abort', end, { once: true });
    this.#stall = end;
    this.#progressMs = this.#parts.time.monotonicMs();
    try {
      const { path } = EventStoreServiceService.appendMany;
      const requests = this.#requests(attempt.signal);
      const options = { signal: attempt.signal, writes: true };
      for await (const message of this.#channel.stream(path, requests, options)) {
        this.#progressMs = this.#parts.time.monotonicMs();
        this.#backoff?.reset();
        const { results } = AppendManyResponse.decode(Buffer.from(message));
        for (const result of results) this.#answer(result);
      }
      if (this.#queue.size > 0) throw new OutcomeUnknownError('UNAVAILABLE', 'the call has ended');
    } catch (error) {
      // at once: what this call still took would wait for an answer of the next one
      end();
      await this.#lose(error);
    } finally {
      this.#open.signal.removeEventListener('abort', end);
      end();
      this.#bell.ring();
    }
  }

  async *#requests(over: AbortSignal): AsyncGenerator<Uint8Array, void> {
    // what is appended in the same moment goes along
    await Promise.resolve();
    while (!over.aborted && !this.#over) {
      const message = this.#queue.take(this.#parts.time.monotonicMs());
      if (message === undefined) await this.#bell.next();
      else yield message;
    }
  }

  async #lose(error: unknown): Promise<void> {
    const { time } = this.#parts;
    if (!mayTryAgain(error) || this.#backoff === undefined) {
      this.#giveUp(error);
      return;
    }
    // unavailable: what has no answer was not taken
    this.#queue.lost(!(error instanceof StoreUnavailableError));
    await time.sleep(this.#backoff.nextMs(), this.#open.signal);
  }

  #answer({ number, result }: NumberedResult): void {
    const append = this.#queue.landed(Number(number));
    if (append === undefined) return;
    if (result?.$case === 'appended') append.resolve(decodeAppended(result.value));
    else this.#refused(append, errorOf(result));
  }

  #refused(append: PipelinedAppend, answer: StoreError): void {
    const { time } = this.#parts;
    const error = explainReuse(answer, append.append);
    const again = mayTryAgain(error);
    // a conflict may come of one before it that is to be sent again
    const early = error instanceof VersionConflictError && this.#queue.isBehind(append);
    if (this.#backoff === undefined || (!again && !early)) {
      append.reject(refusalOf(append, error, provesUnwritten(error)));
      return;
    }
    if (error.reason === 'OUTCOME_UNKNOWN') append.unanswered = true;
    const delayMs = this.#backoff.nextMs();
    append.notBeforeMs = time.monotonicMs() + delayMs;
    this.#queue.again(append);
    void time.sleep(delayMs, this.#open.signal).then(() => this.#bell.ring());
  }

  /** Ends what takes too long. */
  async #watch(over: AbortSignal): Promise<void> {
    const { time, policy } = this.#parts;
    while (!over.aborted) {
      await time.sleep(WATCH_MS, over);
      const nowMs = time.monotonicMs();
      const late = new StoreUnavailableError('DEADLINE_EXCEEDED', 'no answer in time');
      this.#remove((append) => append.expiresMs <= nowMs, late);
      const stalled = this.#queue.flying > 0 && nowMs - this.#progressMs > 2 * policy.timeoutMs;
      if (stalled) this.#stall();
    }
  }

  /** Ends the attempt under way. */
  #stall: () => void = () => undefined;

  #giveUp(reason: unknown): void {
    this.#remove(() => true, reason);
  }

  #remove(fits: (append: PipelinedAppend) => boolean, reason: unknown): void {
    for (const { append, flying } of this.#queue.remove(fits)) {
      append.reject(failureOf(append, reason, flying));
    }
    this.#bell.ring();
  }
}

function errorOf(result: NumberedResult['result']): StoreError {
  if (result?.$case !== 'error') return new StoreError('INTERNAL', 'the answer has no result');
  const { code, message, details } = result.value;
  return storeErrorOf(code, message, { details });
}
