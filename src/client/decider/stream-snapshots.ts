import type { Cassadra } from '../cassadra.js';
import { StoreError } from '../errors.js';
import type { Snapshot, Snapshots } from './snapshots.js';

const EVENT_TYPE = '$snapshot';

export interface StreamSnapshotsOptions<State> {
  /** Raise it when `evolve` or the state changes: snapshots of other versions are not used (1). */
  readonly schemaVersion?: number;
  /** A snapshot is kept when this many events have come since the last one (100). */
  readonly everyEvents?: number;
  /** The stream of the snapshots; `$snapshot-` and the stream when not given. */
  readonly stream?: (stream: string) => string;
  /** A value that JSON can hold, of the state; the state itself when not given. */
  readonly encode?: (state: State) => unknown;
  /** The state of what `encode` made. Throws when it is not. */
  readonly decode: (value: unknown) => State;
}

/** Keeps states in the store itself, in a stream beside each stream; the last one counts. */
export class StreamSnapshots<State> implements Snapshots<State> {
  readonly #store: Pick<Cassadra, 'append' | 'read'>;
  readonly #options: StreamSnapshotsOptions<State>;
  /** Versions of the last snapshots, so that not every command asks for them. */
  readonly #kept = new Map<string, number>();

  constructor(store: Pick<Cassadra, 'append' | 'read'>, options: StreamSnapshotsOptions<State>) {
    this.#store = store;
    this.#options = options;
  }

  async load(stream: string): Promise<Snapshot<State> | undefined> {
    const snapshot = await this.#last(stream);
    this.#remember(stream, snapshot?.version ?? 0);
    return snapshot;
  }

  async save(stream: string, { version, eventId, state }: Snapshot<State>): Promise<void> {
    const { everyEvents = 100, encode = (value) => value } = this.#options;
    if (version - (this.#kept.get(stream) ?? 0) < everyEvents) return;
    const data = { schemaVersion: this.#schemaVersion, version, eventId, state: encode(state) };
    await this.#store.append(this.#streamOf(stream), { type: EVENT_TYPE, data });
    this.#remember(stream, version);
  }

  async discard(stream: string): Promise<void> {
    const data = { schemaVersion: this.#schemaVersion, version: 0, eventId: '' };
    await this.#store.append(this.#streamOf(stream), { type: EVENT_TYPE, data });
    this.#remember(stream, 0);
  }

  get #schemaVersion(): number {
    return this.#options.schemaVersion ?? 1;
  }

  #streamOf(stream: string): string {
    return this.#options.stream?.(stream) ?? `$snapshot-${stream}`;
  }

  #remember(stream: string, version: number): void {
    if (this.#kept.size >= 10_000) this.#kept.clear();
    this.#kept.set(stream, version);
  }

  async #last(stream: string): Promise<Snapshot<State> | undefined> {
    const last = this.#store.read(this.#streamOf(stream), { direction: 'backward', limit: 1 });
    for await (const event of last) return this.#decode(event.data);
    return undefined;
  }

  /** Undefined for what this program cannot use: then the stream is read from the beginning. */
  #decode(data: unknown): Snapshot<State> | undefined {
    if (!isStored(data) || data.schemaVersion !== this.#schemaVersion) return undefined;
    if (!Number.isInteger(data.version) || data.version < 1) return undefined;
    try {
      const { version, eventId, state } = data;
      return { version, eventId, state: this.#options.decode(state) };
    } catch (error) {
      if (error instanceof StoreError) throw error;
      return undefined;
    }
  }
}

interface Stored {
  readonly schemaVersion: number;
  readonly version: number;
  readonly eventId: string;
  readonly state?: unknown;
}

function isStored(data: unknown): data is Stored {
  if (typeof data !== 'object' || data === null) return false;
  if (!('schemaVersion' in data && 'version' in data && 'eventId' in data)) return false;
  return typeof data.version === 'number' && typeof data.eventId === 'string';
}
