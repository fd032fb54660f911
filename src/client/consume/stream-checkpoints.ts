import type { Cassadra } from '../cassadra.js';
import type { CheckpointStore } from './checkpoint-store.js';

export interface StreamCheckpointsOptions {
  /** The stream of a reader; `$checkpoint-` and its name when not given. */
  readonly stream?: (name: string) => string;
}

const EVENT_TYPE = '$checkpoint';

/**
 * Keeps places in the store itself, one stream for each reader; the last event counts. Each save
 * adds an event: save seldom, or read what changes seldom. Not for readers of all events.
 */
export class StreamCheckpoints implements CheckpointStore {
  readonly #store: Pick<Cassadra, 'append' | 'read'>;
  readonly #streamOf: (name: string) => string;

  constructor(
    store: Pick<Cassadra, 'append' | 'read'>,
    { stream = (name) => `$checkpoint-${name}` }: StreamCheckpointsOptions = {},
  ) {
    this.#store = store;
    this.#streamOf = stream;
  }

  async load(name: string): Promise<string | undefined> {
    const last = this.#store.read(this.#streamOf(name), { direction: 'backward', limit: 1 });
    for await (const { data } of last) if (isPlace(data)) return data.place;
    return undefined;
  }

  async save(name: string, place: string): Promise<void> {
    await this.#store.append(this.#streamOf(name), { type: EVENT_TYPE, data: { place } });
  }
}

function isPlace(data: unknown): data is { readonly place: string } {
  const isObject = typeof data === 'object' && data !== null;
  return isObject && 'place' in data && typeof data.place === 'string';
}
