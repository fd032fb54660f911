import { StoreError, type AppendPipeline, type Cassadra } from '../../../src/client/index.js';
import type { Ids } from '../../../src/runtime/index.js';
import type { EventJson } from '../event-json.js';
import type { ImportBatch } from './import-batches.js';
import { declaredCode, importedEvent } from './imported-event.js';
import { Room } from './room.js';

const BATCHES_AT_ONCE = 64;
const BYTES_AT_ONCE = 32 * 1_048_576;

export interface ImportCounts {
  /** Written by this run. */
  appended: number;
  /** Written by an earlier one. */
  present: number;
  /** Streams of which something was refused. */
  refused: number;
  /** Of the input, that is done with. */
  inputBytes: number;
}

export interface ImportRun {
  readonly store: Cassadra;
  readonly pipeline: AppendPipeline;
  readonly ids: Ids;
  /** Believes what is there instead of comparing it. */
  readonly skipPresent: boolean;
  readonly onProgress: (counts: ImportCounts) => void;
  /** A stream that has other contents, or is refused otherwise: the rest of it is left out. */
  readonly onRefused: (stream: string, reason: string, message: string) => void;
}

interface StreamState {
  readonly work: Promise<void>;
  /** Version up to which the store had the stream before. */
  present: number | undefined;
  refused: boolean;
}

/** The store's own word on this stream: the others may still be imported. */
const OF_ONE_STREAM = new Set([
  ...['VERSION_CONFLICT', 'EVENT_ID_REUSED', 'DUPLICATE_EVENT_ID', 'STREAM_FULL'],
  ...['INVALID_ARGUMENT', 'LIMIT_EXCEEDED', 'STREAM_CORRUPT'],
]);

/**
 * Appends batches, several streams at once, those of one stream one after the other: what follows a
 * refused batch is never written. Every append names its versions and event ids, so a second run
 * finds what the first has written.
 */
export class Importer {
  readonly #run: ImportRun;
  readonly #room = new Room(BATCHES_AT_ONCE, BYTES_AT_ONCE);
  readonly #streams = new Map<string, StreamState>();
  readonly #declared = new Map<string, Promise<void>>();
  readonly counts: ImportCounts = { appended: 0, present: 0, refused: 0, inputBytes: 0 };
  #failure: { readonly error: unknown } | undefined;

  constructor(run: ImportRun) {
    this.#run = run;
  }

  /** Throws what no stream is to blame for; then nothing more is begun. */
  async import(batches: AsyncIterable<ImportBatch>): Promise<ImportCounts> {
    try {
      for await (const batch of batches) {
        const release = await this.#room.take(batch.bytes);
        this.#throwFailure();
        this.#add(batch, release);
      }
    } finally {
      await Promise.all([...this.#streams.values()].map(({ work }) => work));
    }
    this.#throwFailure();
    return this.counts;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #add(batch: ImportBatch, release: () => void): void {
    const before = this.#streams.get(batch.streamId);
    const state: StreamState = {
      work: (before?.work ?? Promise.resolve()).then(() => this.#settle(batch, state, before)),
      present: undefined,
      refused: false,
    };
    this.#streams.set(batch.streamId, state);
    void state.work.then(() => {
      release();
      if (this.#streams.get(batch.streamId) === state && !state.refused) {
        this.#streams.delete(batch.streamId);
      }
    });
  }

  async #settle(
    batch: ImportBatch,
    state: StreamState,
    before: StreamState | undefined,
  ): Promise<void> {
    state.refused = before?.refused ?? false;
    state.present = before?.present;
    if (state.refused || this.#failure !== undefined) return;
    try {
      await this.#declareTypes(batch.events);
      await this.#importBatch(batch, state);
    } catch (error) {
      this.#refuse(batch, state, error);
    }
    this.counts.inputBytes = Math.max(this.counts.inputBytes, batch.inputBytes);
    this.#run.onProgress(this.counts);
  }

  #refuse(batch: ImportBatch, state: StreamState, error: unknown): void {
    if (!(error instanceof StoreError) || !OF_ONE_STREAM.has(error.reason)) {
      this.#failure ??= { error };
      return;
    }
    state.refused = true;
    this.counts.refused += 1;
    this.#run.onRefused(batch.stream, error.reason, error.message);
  }

  async #importBatch(batch: ImportBatch, state: StreamState): Promise<void> {
    const { store, skipPresent } = this.#run;
    state.present ??= (await store.getStream(batch.stream)).currentVersion;
    const split = Math.max(0, state.present - batch.firstVersion + 1);
    const there = batch.events.slice(0, split);
    const missing = batch.events.slice(split);
    if (skipPresent) this.counts.present += there.length;
    else await this.#append(batch.stream, there);
    await this.#append(batch.stream, missing);
  }

  async #append(stream: string, events: readonly EventJson[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const { pipeline, ids } = this.#run;
    const { duplicate } = await pipeline.append(
      stream,
      events.map((event) => importedEvent(event, ids)),
      { expected: first.version - 1 },
    );
    if (duplicate) this.counts.present += events.length;
    else this.counts.appended += events.length;
  }

  /** So that readers by code find the types under the codes that they had. */
  async #declareTypes(events: readonly EventJson[]): Promise<void> {
    for (const event of events) {
      const { type } = event;
      const code = declaredCode(event);
      if (type === undefined || code === undefined) continue;
      let declaring = this.#declared.get(type);
      if (declaring === undefined) {
        declaring = this.#run.store.declareType(type, code);
        this.#declared.set(type, declaring);
      }
      await declaring;
    }
  }
}
