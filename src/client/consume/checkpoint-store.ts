/** Keeps the places of readers, by name. A place is a text that only its reader understands. */
export interface CheckpointStore {
  /** What was saved last; undefined when nothing was. */
  load(name: string): Promise<string | undefined>;
  /** Resolves when the place is safe. */
  save(name: string, place: string): Promise<void>;
}

/** Keeps places as long as the process lives. */
export class MemoryCheckpoints implements CheckpointStore {
  readonly #places = new Map<string, string>();

  async load(name: string): Promise<string | undefined> {
    return this.#places.get(name);
  }

  async save(name: string, place: string): Promise<void> {
    this.#places.set(name, place);
  }
}
