import { Backoff } from '../backoff.js';
import { InvalidRequestError, invalidField, StoreError } from '../errors.js';
import type { RecordedEvent } from '../recorded-event.js';
import { systemTime, type ClientTime } from '../time.js';
import type { Batch, BatchSource } from './batch-source.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { KeptPlace } from './kept-place.js';

/** What a handler may want to know besides the event. */
export interface HandlerContext {
  /** Where to go on when this is handled; undefined inside a batch. */
  readonly cursor: string | undefined;
  /** Aborted when the consumer stops. */
  readonly signal: AbortSignal;
}

/** What a handler of batches may want to know besides the events. */
export interface BatchContext extends HandlerContext {
  /** Where to go on when all of them are handled. */
  readonly cursor: string;
}

/** Why a step failed, and when it is tried again. */
export interface ConsumerFailure {
  readonly error: unknown;
  readonly step: 'read' | 'handle' | 'checkpoint';
  /** Set when a handler failed: the event, or the first of the batch. */
  readonly event: RecordedEvent | undefined;
  /** In a row, from 1 on. */
  readonly attempts: number;
  readonly retryInMs: number;
}

/** What to do about a failure; not said: `retry`. `skip` is for handlers only. */
export type FailureDecision = 'retry' | 'skip' | 'stop';

/** What all consumers have in common. One of `handler` and `batchHandler`. */
export interface ConsumerOptions {
  /** Of the reader: its place is kept under it. */
  readonly name: string;
  readonly checkpoints: CheckpointStore;
  /** Called for one event after the other. */
  readonly handler?: (event: RecordedEvent, context: HandlerContext) => Promise<void> | void;
  /**
   * Called for the events up to a cursor, which `context` holds: stored together with the effect,
   * and handed back by `checkpoints`, it makes the effect happen exactly once.
   */
  readonly batchHandler?: (
    events: readonly RecordedEvent[],
    context: BatchContext,
  ) => Promise<void> | void;
  /** The place is saved after so many events (100) or so long (1,000 ms), whatever is first. */
  readonly checkpointEvery?: { readonly events?: number; readonly ms?: number };
  /** How many of the last events are recognised when they come again (10,000). */
  readonly remember?: number;
  readonly onFailure?: (failure: ConsumerFailure) => FailureDecision | void;
  /** Longest pause after failures (10,000). */
  readonly backoffMaxMs?: number;
  readonly time?: ClientTime;
}

const FIRST_DELAY_MS = 100;

/** Ends everything, from inside: with a failure, or because it is stopped. */
class Ended extends Error {}

/**
 * Follows events and calls a handler: for each event at least once, and once as long as the process
 * lives. After a crash what was handled since the last save comes again.
 */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #source: BatchSource;
  readonly #time: ClientTime;
  readonly #stopping = new AbortController();
  readonly #place: KeptPlace;
  #loop: Promise<void> = Promise.resolve();

  constructor(source: BatchSource, options: ConsumerOptions) {
    const { name, checkpoints, checkpointEvery = {}, remember = 10_000 } = options;
    const { events: everyEvents = 100, ms: everyMs = 1_000 } = checkpointEvery;
    this.#options = options;
    this.#source = source;
    this.#time = options.time ?? systemTime;
    const { handler, batchHandler } = options;
    if ((handler === undefined) === (batchHandler === undefined))
      throw invalidField('handler', 'is not one of handler and batchHandler');
    const time = this.#time;
    this.#place = new KeptPlace({ name, checkpoints, everyEvents, everyMs, remember, time });
  }

  /** Loads the place and begins to read. Throws when the place cannot be loaded. */
  async start(): Promise<void> {
    await this.#place.load();
    this.#loop = this.#run();
    this.#loop.catch(() => undefined);
  }

  /** Resolves when it has stopped; rejects when it could not go on. */
  async finished(): Promise<void> {
    await this.#loop;
  }

  /** Lets the handler that runs finish, saves the place, and ends. Rejects as `finished` does. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    try {
      await this.#untilDone('read', undefined, (progress) => this.#follow(progress));
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      const { cause } = error;
      if (cause instanceof Error) throw cause;
    } finally {
      this.#stopping.abort();
      // the last word: what is not saved now comes again
      if (this.#place.unsaved) await this.#place.save().catch(() => undefined);
    }
  }

  /** Reads from the place until it is stopped. */
  async #follow(progress: () => void): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    this.#stopping.signal.addEventListener('abort', end, { once: true });
    const source = this.#source(this.#place.cursor, ended.signal);
    const batches = source[Symbol.asyncIterator]();
    try {
      while (!this.#stopping.signal.aborted) {
        const next = await this.#nextBatch(batches.next());
        if (this.#stopping.signal.aborted || next.done === true) return;
        progress();
        await this.#handle(next.value);
      }
    } catch (error) {
      if (error instanceof Ended || !this.#stopping.signal.aborted) throw error;
    } finally {
      this.#stopping.signal.removeEventListener('abort', end);
      end();
      batches.return?.().catch(() => undefined);
    }
  }

  /** What comes next; meanwhile the place is saved when it is time. */
  async #nextBatch(
    next: Promise<IteratorResult<Batch, void>>,
  ): Promise<IteratorResult<Batch, void>> {
    const arrived = new AbortController();
    const arrival = next.finally(() => arrived.abort());
    arrival.catch(() => undefined);
    while (this.#place.unsaved && !arrived.signal.aborted) {
      await this.#time.sleep(Math.max(0, this.#place.saveInMs), arrived.signal);
      await this.#saveIfDue();
    }
    return arrival;
  }

  async #handle(batch: Batch): Promise<void> {
    const fresh = batch.events.filter((event) => this.#place.isNew(event));
    if (this.#options.batchHandler === undefined) await this.#handleEach(fresh, batch.cursor);
    else await this.#handleTogether(fresh, batch.cursor);
    this.#place.passedBatch(batch);
    await this.#saveIfDue();
  }

  async #handleTogether(events: readonly RecordedEvent[], cursor: string): Promise<void> {
    const { batchHandler } = this.#options;
    if (events.length === 0) return;
    const context = { cursor, signal: this.#stopping.signal };
    await this.#untilDone('handle', events[0], async () => batchHandler?.(events, context));
    for (const event of events) this.#place.passed(event);
  }

  async #handleEach(events: readonly RecordedEvent[], batchCursor: string): Promise<void> {
    const { handler } = this.#options;
    const { signal } = this.#stopping;
    const last = events.at(-1);
    for (const event of events) {
      if (signal.aborted) throw new Ended();
      const context = { cursor: event === last ? batchCursor : undefined, signal };
      await this.#untilDone('handle', event, async () => handler?.(event, context));
      this.#place.passed(event);
      await this.#saveIfDue();
    }
  }

  async #saveIfDue(): Promise<void> {
    if (!this.#place.isDue) return;
    await this.#untilDone('checkpoint', undefined, () => this.#place.save());
  }

  /** Tries again with growing pauses, which `progress` shortens again. Throws Ended. */
  async #untilDone(
    step: ConsumerFailure['step'],
    event: RecordedEvent | undefined,
    work: (progress: () => void) => Promise<void>,
  ): Promise<void> {
    const { onFailure, backoffMaxMs = 10_000 } = this.#options;
    const pauses = { forMs: 0, firstDelayMs: FIRST_DELAY_MS, maxDelayMs: backoffMaxMs };
    const backoff = new Backoff(pauses, this.#time);
    let attempts = 0;
    const progress = (): void => {
      attempts = 0;
      backoff.reset();
    };
    for (;;) {
      try {
        await work(progress);
        return;
      } catch (error) {
        if (error instanceof Ended) throw error;
        attempts += 1;
        const failure = { error, step, event, attempts, retryInMs: backoff.nextMs() };
        const decision = onFailure?.(failure) ?? defaultDecision(failure);
        if (decision === 'stop') throw new Ended('stopped', { cause: asError(error) });
        if (decision === 'skip' && step === 'handle') return;
        await this.#time.sleep(failure.retryInMs, this.#stopping.signal);
        if (this.#stopping.signal.aborted) throw new Ended();
      }
    }
  }
}

/** What a handler throws may be anything. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** A request that is wrong stays wrong, and a client that is closed stays closed. */
function defaultDecision({ step, error }: ConsumerFailure): FailureDecision {
  if (!(error instanceof StoreError)) return 'retry';
  const { reason } = error;
  if (reason === 'CLIENT_CLOSED') return 'stop';
  const isWrong = error instanceof InvalidRequestError || reason === 'NOT_SUPPORTED';
  return step === 'read' && isWrong ? 'stop' : 'retry';
}
