import { randomUUID } from 'node:crypto';
import {
  StoregrpcClient,
  OutcomeUnknownError,
  StoreUnavailableError,
} from '../../src/client/index.js';

/** Events in one append: all of them are there, or none. */
export const BATCH_EVENTS = 3;

/** A stream of one writer, as far as the store has acknowledged it. */
export interface WrittenStream {
  readonly id: string;
  acknowledged: number;
  /** How the last append ended. */
  end: 'open' | 'unknown' | 'unavailable';
}

export function batchOf(stream: WrittenStream, batch: number): { type: number; payload: string }[] {
  return Array.from({ length: BATCH_EVENTS }, (_, index) => {
    return { type: 1, payload: `${stream.id} ${batch} ${index}` };
  });
}

/** 64 writers, each on a stream of its own, until the store is gone. */
export class BusyWriters {
  readonly streams: readonly WrittenStream[];
  readonly #client: StoregrpcClient;
  readonly #done: Promise<unknown>;
  #acknowledged = 0;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(port: number, writers = 64) {
    this.#client = new StoregrpcClient({ host: '127.0.0.1', port, timeoutMs: 20_000 });
    this.streams = Array.from({ length: writers }, () => {
      return { id: randomUUID(), acknowledged: 0, end: 'open' };
    });
    this.#done = Promise.all(this.streams.map((stream) => this.#write(stream)));
  }

  /** Resolves when so many appends are acknowledged. */
  acknowledged(count: number): Promise<void> {
    if (this.#acknowledged >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  /** Resolves when every writer has met the end of the store. */
  async finished(): Promise<void> {
    await this.#done;
    this.#client.close();
  }

  #wake(): void {
    for (const { count, resolve } of this.#watchers) {
      if (this.#acknowledged >= count) resolve();
    }
  }

  async #write(stream: WrittenStream): Promise<void> {
    while (stream.end === 'open') {
      const batch = stream.acknowledged / BATCH_EVENTS;
      const call = { id: stream.id, version: stream.acknowledged, events: batchOf(stream, batch) };
      try {
        await this.#client.update(call);
        stream.acknowledged += BATCH_EVENTS;
        this.#acknowledged += 1;
        this.#wake();
      } catch (error) {
        if (error instanceof OutcomeUnknownError) stream.end = 'unknown';
        else if (error instanceof StoreUnavailableError) stream.end = 'unavailable';
        else throw error;
      }
    }
  }
}

/** What is wrong with a stream after a restart; undefined: nothing. */
export async function faultOf(
  client: StoregrpcClient,
  stream: WrittenStream,
): Promise<string | undefined> {
  const { events } = await client.findById(stream.id);
  if (events.length < stream.acknowledged) {
    return `${stream.id}: ${stream.acknowledged} acknowledged, ${events.length} there`;
  }
  if (events.length % BATCH_EVENTS !== 0) return `${stream.id}: half a batch`;
  const more = events.length - stream.acknowledged;
  if (more > (stream.end === 'unknown' ? BATCH_EVENTS : 0)) return `${stream.id}: ${more} too many`;
  const wrong = events.findIndex((event, index) => {
    const batch = batchOf(stream, Math.floor(index / BATCH_EVENTS));
    return event.payload !== batch[index % BATCH_EVENTS]?.payload;
  });
  return wrong === -1 ? undefined : `${stream.id}: version ${wrong + 1} is not what was written`;
}
