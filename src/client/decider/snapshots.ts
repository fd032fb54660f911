/** The state of a stream at one of its events. */
export interface Snapshot<State> {
  /** Of the last event that is in the state. */
  readonly version: number;
  /** Of that event: a snapshot of other events than those of the stream is not used. */
  readonly eventId: string;
  readonly state: State;
}

/**
 * Keeps states, so that a stream need not be read from the beginning. Losing one costs time only.
 */
export interface Snapshots<State> {
  /** The newest snapshot of a stream; undefined when there is none that fits. */
  load(stream: string): Promise<Snapshot<State> | undefined>;
  /** May keep it or not. */
  save(stream: string, snapshot: Snapshot<State>): Promise<void>;
  /** Forgets what is kept: it does not belong to the stream. */
  discard(stream: string): Promise<void>;
}

export interface MemorySnapshotsOptions {
  /** Of how many streams; those used last are kept (1,000). */
  readonly streamsMax?: number;
}

/** Keeps the last state of the streams used last in this process. States must not be changed. */
export class MemorySnapshots<State> implements Snapshots<State> {
  readonly #streamsMax: number;
  readonly #snapshots = new Map<string, Snapshot<State>>();

  constructor({ streamsMax = 1_000 }: MemorySnapshotsOptions = {}) {
    this.#streamsMax = streamsMax;
  }

  async load(stream: string): Promise<Snapshot<State> | undefined> {
    const snapshot = this.#snapshots.get(stream);
    if (snapshot !== undefined) this.#keep(stream, snapshot);
    return snapshot;
  }

  async save(stream: string, snapshot: Snapshot<State>): Promise<void> {
    const known = this.#snapshots.get(stream);
    // two commands may end in another order than they were decided in
    if (known === undefined || known.version <= snapshot.version) this.#keep(stream, snapshot);
  }

  async discard(stream: string): Promise<void> {
    this.#snapshots.delete(stream);
  }

  #keep(stream: string, snapshot: Snapshot<State>): void {
    this.#snapshots.delete(stream);
    this.#snapshots.set(stream, snapshot);
    if (this.#snapshots.size <= this.#streamsMax) return;
    // a map keeps the order in which its entries were set
    for (const oldest of this.#snapshots.keys()) {
      this.#snapshots.delete(oldest);
      return;
    }
  }
}
