import { setMaxListeners } from 'node:events';
import { authorize, type CallAccess } from '../../access/index.js';
import {
  callCancelled,
  endOf,
  invalidField,
  requireWithin,
  untilEnd,
  untilEndOfEach,
  type AppError,
  type Limits,
} from '../../core/index.js';
import type {
  AppendManyRequest,
  AppendManyResponse,
  AppendRequest,
  NumberedAppend,
  NumberedResult,
} from '../../gen/cassadra/v1/event_store.js';
import type { Logger, TraceContext } from '../../runtime/index.js';
import type { EventStore } from '../../service/index.js';
import { decodeAppend } from './event-store-decode.js';
import { encodeAppended } from './event-store-encode.js';
import { EVENT_STORE_CODECS } from './event-store-methods.js';
import { shorten, toAppError } from './errors.js';

/** In one message. */
const MESSAGE_APPENDS_MAX = 1_000;

/** Of one call: taken, and not answered yet or the answer not sent. */
const OPEN_APPENDS_MAX = 1_000;
const OPEN_BYTES_MAX = 16 * 1_048_576;

/** What an append and each of its events take beside contents, about. */
const EVENT_OVERHEAD_BYTES = 200;

export interface AppendManyParts {
  /** Whose call it is. */
  readonly access: CallAccess;
  readonly trace: TraceContext | undefined;
  readonly eventStore: EventStore;
  readonly limits: Limits;
  readonly logger: Logger;
}

/**
 * The answers to appends as they are done; those that are ready go together. Nothing is read while
 * too many are open, whether the storage is slow or the caller does not take its answers. However
 * the call ends, every append that was taken is answered before. NOT_READY ends the reading only;
 * any other end of `signal` ends the waiting for the storage, too.
 */
export async function* appendMany(
  parts: AppendManyParts,
  requests: AsyncIterable<AppendManyRequest>,
  signal: AbortSignal,
): AsyncGenerator<AppendManyResponse> {
  const call = new AppendManyCall(parts, signal);
  const fed = call.feed(requests);
  // looked at in the end
  fed.catch(() => undefined);
  try {
    for (;;) {
      const done = await call.take();
      if (done.length === 0) break;
      yield { results: done.map(({ result }) => result) };
      call.release(done);
    }
    await fed;
  } finally {
    call.close();
  }
}

interface Done {
  readonly result: NumberedResult;
  readonly bytes: number;
}

class AppendManyCall {
  readonly #parts: AppendManyParts;
  /** Ends the reading of requests. */
  readonly #reading = new AbortController();
  /** Ends what waits for the storage. */
  readonly #waiting = new AbortController();
  readonly #over = new AbortController();
  #ready: Done[] = [];
  #open = 0;
  #openBytes = 0;
  #fed = false;
  #watchers: (() => void)[] = [];

  constructor(parts: AppendManyParts, signal: AbortSignal) {
    this.#parts = parts;
    // each append that waits listens
    setMaxListeners(0, this.#waiting.signal);
    const end = (): void => this.#end(endOf(signal));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true, signal: this.#over.signal });
  }

  /** Reads requests and begins what they ask for, to the last one. Throws the call's end. */
  async feed(requests: AsyncIterable<AppendManyRequest>): Promise<void> {
    try {
      for await (const { appends } of untilEndOfEach(requests, this.#reading.signal)) {
        requireWithin('appends', appends.length, MESSAGE_APPENDS_MAX);
        for (const append of appends) await this.#begin(append);
      }
    } finally {
      this.#fed = true;
      this.#changed();
    }
  }

  /** What is done, at least one; none when all is done. */
  async take(): Promise<readonly Done[]> {
    while (this.#ready.length === 0) {
      if (this.#fed && this.#open === 0) return [];
      await this.#change();
    }
    const done = this.#ready;
    this.#ready = [];
    return done;
  }

  /** They are sent: there is room for others. */
  release(done: readonly Done[]): void {
    for (const { bytes } of done) this.#openBytes -= bytes;
    this.#open -= done.length;
    this.#changed();
  }

  /** Nobody wants the answers any more. */
  close(): void {
    this.#over.abort();
    this.#end(callCancelled());
  }

  #end(reason: AppError): void {
    this.#reading.abort(reason);
    if (reason.code !== 'NOT_READY') this.#waiting.abort(reason);
  }

  /** Resolves when the append stands in its queue, or has failed before. */
  async #begin({ number, append }: NumberedAppend): Promise<void> {
    const { access, eventStore, limits, trace } = this.#parts;
    const bytes = bytesOf(append);
    await this.#room(bytes);
    this.#open += 1;
    this.#openBytes += bytes;
    const done = (result: NumberedResult['result']): void => {
      this.#ready.push({ result: { number, result }, bytes });
      this.#changed();
    };
    const failed = (error: unknown): void => done(this.#failure(error));
    try {
      if (append === undefined) throw invalidField('append', 'is required');
      authorize(access, EVENT_STORE_CODECS.append.access, append);
      const command = decodeAppend(append, limits, trace);
      const start = await eventStore.prepareAppend(command, this.#waiting.signal);
      void start().then((result) => {
        done({ $case: 'appended', value: encodeAppended(result) });
      }, failed);
    } catch (error) {
      failed(error);
    }
  }

  #failure(error: unknown): NumberedResult['result'] {
    const { code, message, details } = toAppError(error, this.#parts.logger);
    return { $case: 'error', value: { code, message: shorten(message), details: { ...details } } };
  }

  async #room(bytes: number): Promise<void> {
    const full = (): boolean =>
      this.#open >= OPEN_APPENDS_MAX ||
      (this.#open > 0 && this.#openBytes + bytes > OPEN_BYTES_MAX);
    while (full()) await untilEnd(this.#change(), this.#waiting.signal);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const wake of watchers) wake();
  }
}

function bytesOf(append: AppendRequest | undefined): number {
  const events = append?.events ?? [];
  const contents = events.map(({ content }) =>
    content === undefined ? 0 : Buffer.byteLength(content.value),
  );
  return contents.reduce((sum, bytes) => sum + bytes + EVENT_OVERHEAD_BYTES, EVENT_OVERHEAD_BYTES);
}
