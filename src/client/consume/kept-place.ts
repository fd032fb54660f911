import { BoundedSet } from '../bounded-set.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { ClientTime } from '../time.js';
import type { Batch } from './batch-source.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { decodePlace, encodePlace } from './place.js';

export interface KeptPlaceOptions {
  readonly name: string;
  readonly checkpoints: CheckpointStore;
  readonly everyEvents: number;
  readonly everyMs: number;
  readonly remember: number;
  readonly time: ClientTime;
}

/** How far a consumer is, in memory and in its checkpoint store. */
export class KeptPlace {
  readonly #options: KeptPlaceOptions;
  readonly #seen: BoundedSet;
  #cursor: string | undefined;
  /** Keys of what is handled after the cursor. */
  #handled: string[] = [];
  #unsavedEvents = 0;
  #unsaved = false;
  #savedMs: number;

  constructor(options: KeptPlaceOptions) {
    this.#options = options;
    this.#seen = new BoundedSet(options.remember);
    this.#savedMs = options.time.monotonicMs();
  }

  get cursor(): string | undefined {
    return this.#cursor;
  }

  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** When the place is to be saved at the latest, from now. */
  get saveInMs(): number {
    return this.#savedMs + this.#options.everyMs - this.#options.time.monotonicMs();
  }

  get isDue(): boolean {
    return (
      this.#unsaved && (this.#unsavedEvents >= this.#options.everyEvents || this.saveInMs <= 0)
    );
  }

  async load(): Promise<void> {
    const { checkpoints, name } = this.#options;
    const place = decodePlace(await checkpoints.load(name));
    this.#cursor = place.cursor;
    this.#handled = [...place.handled];
    for (const key of place.handled) this.#seen.add(key);
  }

  isNew(event: RecordedEvent): boolean {
    return !this.#seen.has(keyOf(event));
  }

  /** The event is handled. */
  passed(event: RecordedEvent): void {
    const key = keyOf(event);
    this.#seen.add(key);
    this.#handled.push(key);
    this.#unsavedEvents += 1;
    this.#unsaved = true;
  }

  /** All of the batch is handled. */
  passedBatch({ events, cursor }: Batch): void {
    this.#unsaved ||= events.length > 0 || cursor !== this.#cursor;
    this.#cursor = cursor;
    const passed = new Set(events.map(keyOf));
    this.#handled = this.#handled.filter((key) => !passed.has(key));
  }

  async save(): Promise<void> {
    const { checkpoints, name, time } = this.#options;
    await checkpoints.save(name, encodePlace({ cursor: this.#cursor, handled: this.#handled }));
    this.#unsaved = false;
    this.#unsavedEvents = 0;
    this.#savedMs = time.monotonicMs();
  }
}

/** Ids are told apart within a stream only; events of the original system have none. */
function keyOf({ eventId, streamId, version }: RecordedEvent): string {
  return `${streamId}/${eventId ?? version}`;
}
