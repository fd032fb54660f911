import type { Cassadra } from '../cassadra.js';
import { StoreError } from '../errors.js';
import { encodeContent, type NewEvent } from '../new-event.js';
import { decodeRecordedEvent, type RecordedEvent } from '../recorded-event.js';
import type { TypedEvent } from '../typed/event-definitions.js';
import type { EventSet } from '../typed/event-set.js';
import type { Decider } from './decider.js';
import type { Snapshot, Snapshots } from './snapshots.js';

/** How far back a command id is looked for before a snapshot. */
const LOOK_BACK_EVENTS = 1_000;

export interface LoadParts<State, Command, Event extends TypedEvent> {
  readonly store: Pick<Cassadra, 'read'>;
  readonly decider: Decider<State, Command, Event>;
  readonly events: EventSet<Event>;
  readonly snapshots: Snapshots<State> | undefined;
}

/** The state of one stream as far as it has been read; goes on from there. */
export class LoadedStream<State, Command, Event extends TypedEvent> {
  readonly #parts: LoadParts<State, Command, Event>;
  readonly #stream: string;
  readonly #signal: AbortSignal | undefined;
  #state: State;
  #version = 0;
  #eventId: string | undefined;
  /** Version of the snapshot that it began with; 0: with the first event. */
  #begunAt = 0;
  /** Ids that are looked for, and whether one of them was met. */
  readonly #wantedIds: ReadonlySet<string>;
  #met = false;

  constructor(
    parts: LoadParts<State, Command, Event>,
    stream: string,
    { signal, wantedIds = [] }: { signal?: AbortSignal | undefined; wantedIds?: string[] },
  ) {
    this.#parts = parts;
    this.#stream = stream;
    this.#signal = signal;
    this.#wantedIds = new Set(wantedIds);
    this.#state = parts.decider.initialState();
  }

  get state(): State {
    return this.#state;
  }

  /** Of the last event that is in the state; 0: none. */
  get version(): number {
    return this.#version;
  }

  /** Whether an event with one of the wanted ids is in the stream. */
  get met(): boolean {
    return this.#met;
  }

  /** Reads what has come since the last time; the first time from the snapshot, if there is one. */
  async catchUp(): Promise<void> {
    if (this.#version === 0) await this.#beginWithSnapshot();
    await this.#evolve(this.#version + 1);
  }

  /**
   * The state after events that are about to be appended, evolved from what will be read of them.
   * Call what it answers once they are. Throws when they could not be read again.
   */
  async foresee(events: readonly NewEvent[]): Promise<(lastVersion: number) => void> {
    const { decider, events: known } = this.#parts;
    let state = this.#state;
    for (const [index, event] of events.entries()) {
      const recorded = asRecorded(event, this.#stream, this.#version + 1 + index);
      state = decider.evolve(state, await known.decode(recorded));
    }
    return (lastVersion) => {
      this.#state = state;
      this.#version = lastVersion;
      this.#eventId = events.at(-1)?.eventId;
    };
  }

  /** Keeps a snapshot. One that is not kept costs time, and fails no command. */
  async keep(): Promise<void> {
    const { snapshots } = this.#parts;
    const eventId = this.#eventId;
    if (this.#version === 0 || eventId === undefined) return;
    const snapshot = { version: this.#version, eventId, state: this.#state };
    await unlessItFails(async () => snapshots?.save(this.#stream, snapshot));
  }

  async #beginWithSnapshot(): Promise<void> {
    const { snapshots } = this.#parts;
    const snapshot = await unlessItFails(async () => snapshots?.load(this.#stream));
    if (snapshots === undefined || snapshot === undefined) return;
    if (!(await this.#isOfThisStream(snapshot))) {
      await unlessItFails(async () => snapshots.discard(this.#stream));
      return;
    }
    this.#state = snapshot.state;
    this.#version = snapshot.version;
    this.#eventId = snapshot.eventId;
    this.#begunAt = snapshot.version;
    if (this.#wantedIds.size > 0) await this.#lookBack();
  }

  /** A restored backup, or a store that was emptied, has other events at that version. */
  async #isOfThisStream({ version, eventId }: Snapshot<State>): Promise<boolean> {
    for await (const event of this.#read({ from: version, limit: 1 })) {
      return event.version === version && event.eventId === eventId;
    }
    return false;
  }

  async #lookBack(): Promise<void> {
    const back = { from: this.#begunAt, direction: 'backward', limit: LOOK_BACK_EVENTS } as const;
    for await (const event of this.#read(back)) this.#look(event);
  }

  async #evolve(from: number): Promise<void> {
    const { decider, events } = this.#parts;
    for await (const event of this.#read({ from })) {
      this.#look(event);
      this.#state = decider.evolve(this.#state, await events.decode(event));
      this.#version = event.version;
      this.#eventId = event.eventId;
    }
  }

  #look({ eventId }: RecordedEvent): void {
    if (eventId !== undefined && this.#wantedIds.has(eventId)) this.#met = true;
  }

  #read(options: { from: number; direction?: 'backward'; limit?: number }) {
    if (options.from > 2_147_483_647) {
      throw new StoreError('STREAM_FULL', `stream ${this.#stream} has no versions left.`);
    }
    const { store } = this.#parts;
    const signal = this.#signal === undefined ? {} : { signal: this.#signal };
    return store.read(this.#stream, { ...options, ...signal });
  }
}

async function unlessItFails<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** As the event will be read; when it was written, and its type's code, are not known yet. */
function asRecorded(event: NewEvent, stream: string, version: number): RecordedEvent {
  const { type, eventId = '', metadata = {}, contentType = '' } = event;
  const content = encodeContent(event, `${type}.data`);
  return decodeRecordedEvent({
    ...{ stream, streamId: '', version, savetimeMs: 0n, eventId, contentType },
    ...(typeof type === 'number' ? { type: '', typeCode: type } : { type, typeCode: 0 }),
    metadata: { ...metadata },
    ...(content === undefined ? {} : { content }),
  });
}
