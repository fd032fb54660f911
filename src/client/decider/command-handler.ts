import { v5, v7, validate } from 'uuid';
import type { Appended } from '../append.js';
import { asList } from '../as-list.js';
import { Backoff } from '../backoff.js';
import type { Cassadra } from '../cassadra.js';
import { invalidField, StoreError, VersionConflictError } from '../errors.js';
import type { NewEvent, NewId } from '../new-event.js';
import { systemTime, type ClientTime } from '../time.js';
import type { TypedEvent } from '../typed/event-definitions.js';
import { uncheckedEvents, type EventSet, type NewTypedEvent } from '../typed/event-set.js';
import type { Decider } from './decider.js';
import { LoadedStream, type LoadParts } from './loaded-stream.js';
import type { Snapshots } from './snapshots.js';

export interface CommandHandlerOptions<Id, State, Command, Event extends TypedEvent> {
  readonly store: Pick<Cassadra, 'append' | 'read'>;
  readonly decider: Decider<State, Command, Event>;
  /** The stream of an id, such as `account-17`. */
  readonly stream: (id: Id) => string;
  /** Checks and upcasts events; not given: they are taken as they are. */
  readonly events?: EventSet<Event>;
  /** Not given: each command reads its stream from the beginning. */
  readonly snapshots?: Snapshots<State>;
  /** How often a command is decided again when somebody else was first (5). */
  readonly retries?: number;
  readonly time?: ClientTime;
  /** Makes the ids of events whose command has none: UUIDs, each new. */
  readonly newId?: NewId;
}

export interface HandleOptions {
  /**
   * A UUID of the command, for the stream it is given for. A command that comes again with the
   * same id (from a queue, or after a crash) is not decided again if its events are in the stream.
   * With snapshots it is looked for in the events since the snapshot and the 1,000 before. A
   * command that led to no event is not remembered.
   */
  readonly commandId?: string;
  /** Of every event that the command leads to, as correlationId. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What became of a command. */
export interface Handled<State, Event extends TypedEvent> {
  /** After the events. */
  readonly state: State;
  /** Of the stream, 0 when it has no events. */
  readonly version: number;
  /** What the command has led to now; empty when there was nothing to do. */
  readonly events: readonly Event[];
  /**
   * Undefined when nothing was appended. `duplicate`: an earlier try had written the events, or the
   * same command that was handled elsewhere at the same time.
   */
  readonly appended: Appended | undefined;
  /** The command had been handled before: nothing was decided. */
  readonly repeated: boolean;
}

/** Handles the commands of one kind of stream. */
export interface CommandHandler<Id, State, Command, Event extends TypedEvent> {
  /**
   * Loads the stream, decides, appends at exactly the version that was loaded; when somebody else
   * was first, reads what has come and decides again. Throws what `decide` throws,
   * VersionConflictError when the retries are over, OutcomeUnknownError when nobody knows whether
   * the events were written: handle the command again with the same `commandId` then.
   */
  handle(id: Id, command: Command, options?: HandleOptions): Promise<Handled<State, Event>>;
  /** The state as it is now. */
  load(
    id: Id,
    options?: Pick<HandleOptions, 'signal'>,
  ): Promise<{ readonly state: State; readonly version: number }>;
}

const RETRY = { forMs: Infinity, firstDelayMs: 10, maxDelayMs: 500 };

/** A handler of commands on a store. */
export function commandHandler<Id, State, Command, Event extends TypedEvent>(
  options: CommandHandlerOptions<Id, State, Command, Event>,
): CommandHandler<Id, State, Command, Event> {
  return new StoreCommandHandler(options);
}

class StoreCommandHandler<Id, State, Command, Event extends TypedEvent>
  implements CommandHandler<Id, State, Command, Event>
{
  readonly #options: CommandHandlerOptions<Id, State, Command, Event>;
  readonly #parts: LoadParts<State, Command, Event>;

  constructor(options: CommandHandlerOptions<Id, State, Command, Event>) {
    const { store, decider, events = uncheckedEvents<Event>(), snapshots } = options;
    this.#options = options;
    this.#parts = { store, decider, events, snapshots };
  }

  async handle(
    id: Id,
    command: Command,
    options: HandleOptions = {},
  ): Promise<Handled<State, Event>> {
    const { retries = 5, time = systemTime } = this.#options;
    const { commandId, signal } = options;
    requireCommandId(commandId);
    const wantedIds = commandId === undefined ? [] : [idOf(commandId, this.#options.stream(id), 0)];
    const loaded = this.#loaded(id, { signal, wantedIds });
    const pauses = new Backoff(RETRY, time);
    for (let tries = 0; ; tries += 1) {
      await loaded.catchUp();
      if (loaded.met) return { ...standOf(loaded), ...NOTHING, repeated: true };
      try {
        return await this.#decide(id, command, { loaded, options });
      } catch (error) {
        if (!othersWereFirst(error, commandId) || tries >= retries) throw error;
        await time.sleep(pauses.nextMs(), signal ?? new AbortController().signal);
        signal?.throwIfAborted();
      }
    }
  }

  async load(
    id: Id,
    { signal }: Pick<HandleOptions, 'signal'> = {},
  ): Promise<{ readonly state: State; readonly version: number }> {
    const loaded = this.#loaded(id, { signal });
    await loaded.catchUp();
    return standOf(loaded);
  }

  #loaded(
    id: Id,
    options: { signal?: AbortSignal | undefined; wantedIds?: string[] },
  ): LoadedStream<State, Command, Event> {
    return new LoadedStream(this.#parts, this.#options.stream(id), options);
  }

  async #decide(
    id: Id,
    command: Command,
    { loaded, options }: { loaded: LoadedStream<State, Command, Event>; options: HandleOptions },
  ): Promise<Handled<State, Event>> {
    const { store, decider } = this.#options;
    const stream = this.#options.stream(id);
    const events = asList<Event>(decider.decide(command, loaded.state));
    if (events.length === 0) {
      return { ...standOf(loaded), ...NOTHING, repeated: false };
    }
    const encoded = await this.#encode(events, stream, options);
    // before anything is written: what could not be read again must not be appended
    const follow = await loaded.foresee(encoded);
    const { signal } = options;
    const limits = { expected: loaded.version, signal };
    const appended = await store.append(stream, encoded, limits);
    follow(appended.lastVersion);
    await loaded.keep();
    return { ...standOf(loaded), events, appended, repeated: false };
  }

  #encode(
    events: readonly Event[],
    stream: string,
    { commandId, metadata }: HandleOptions,
  ): Promise<NewEvent[]> {
    const { newId = () => v7() } = this.#options;
    return Promise.all(
      events.map((event, index) => {
        const eventId = commandId === undefined ? newId() : idOf(commandId, stream, index);
        const besides = metadata === undefined ? {} : { metadata };
        const given: NewTypedEvent<Event> = { ...besides, ...event, eventId };
        return this.#parts.events.encode(given);
      }),
    );
  }
}

function requireCommandId(commandId: string | undefined): void {
  if (commandId === undefined || validate(commandId)) return;
  throw invalidField('commandId', 'is not a UUID');
}

/** One command may be given for several streams, and events of two streams must not share ids. */
function idOf(commandId: string, stream: string, index: number): string {
  const name = validate(stream) ? stream.toLowerCase() : stream;
  return v5(`${index} ${name}`, commandId);
}

/** Ids made of a command's id are in the stream only when that command was handled meanwhile. */
function othersWereFirst(error: unknown, commandId: string | undefined): boolean {
  if (error instanceof VersionConflictError) return true;
  const reused = error instanceof StoreError && error.reason === 'EVENT_ID_REUSED';
  return reused && commandId !== undefined;
}

const NOTHING = { events: [], appended: undefined } as const;

function standOf<State>({ state, version }: { readonly state: State; readonly version: number }): {
  readonly state: State;
  readonly version: number;
} {
  return { state, version };
}
