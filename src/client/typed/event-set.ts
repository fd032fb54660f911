import type { StandardSchemaV1 } from '@standard-schema/spec';
import { invalidField, StoreError } from '../errors.js';
import type { NewEvent } from '../new-event.js';
import type { RecordedEvent } from '../recorded-event.js';
import {
  knownTypes,
  type DefinedEvents,
  type EventDefinitions,
  type EventsOf,
  type KnownType,
  type TypedEvent,
} from './event-definitions.js';

/**
 * The key of the metadata that holds the version of the data, when it is above 1. Whatever an event
 * of a defined type says there is replaced when it is appended.
 */
export const SCHEMA_VERSION = 'schemaVersion';

/** An event to be appended, with what may be said besides. */
export type NewTypedEvent<Event extends TypedEvent> = Event &
  Pick<NewEvent, 'eventId' | 'metadata'>;

/** An event as it was written, in its newest form. */
export type RecordedTypedEvent<Event extends TypedEvent> = Event &
  Omit<RecordedEvent, 'type' | 'data'>;

/** What is done with events of types that the set does not have. */
export type UnknownEvents = 'refuse' | 'skip';

/** Event types that belong together, mostly those of one kind of stream. */
export interface EventSet<Event extends TypedEvent> {
  /** Every name that a type has or had: what to subscribe to. Empty when only types are given. */
  readonly names: readonly string[];
  /**
   * Checks that what will be stored can be read back. Throws InvalidRequestError that names what is
   * wrong; nothing is sent then.
   */
  encode(event: NewTypedEvent<Event>): Promise<NewEvent>;
  /**
   * The event in its newest form. Throws StoreError: EVENT_TYPE_UNKNOWN, EVENT_INVALID when its
   * data do not fit, EVENT_TOO_NEW when a newer program has written them.
   */
  decode(event: RecordedEvent): Promise<RecordedTypedEvent<Event>>;
  /** Whether `decode` knows the type. */
  knows(event: RecordedEvent): boolean;
}

/**
 * Events by schemas of the Standard Schema (zod and others). Throws TypeError for definitions that
 * contradict each other.
 */
export function defineEvents<const Definitions extends EventDefinitions>(
  definitions: Definitions,
): EventSet<DefinedEvents<Definitions>> {
  return new CheckedEvents<DefinedEvents<Definitions>>(knownTypes(definitions));
}

/** Events by types alone: nothing is checked. */
export function declareEvents<Payloads extends object>(): EventSet<EventsOf<Payloads>> {
  return uncheckedEvents();
}

/** Events of a union type, as they are. */
export function uncheckedEvents<Event extends TypedEvent>(): EventSet<Event> {
  return new UncheckedEvents<Event>();
}

class CheckedEvents<Event extends TypedEvent> implements EventSet<Event> {
  readonly names: readonly string[];
  readonly #types: ReadonlyMap<string, KnownType>;

  constructor(types: ReadonlyMap<string, KnownType>) {
    this.#types = types;
    this.names = [...types.keys()];
  }

  async encode(event: NewTypedEvent<Event>): Promise<NewEvent> {
    const known = this.#types.get(event.type);
    if (known?.name !== event.type) throw invalidField('type', `${event.type} is not defined`);
    const json = jsonOf(event);
    const asRead: unknown = json === undefined ? undefined : JSON.parse(json);
    const problem = problemOf(await known.schema['~standard'].validate(asRead));
    if (problem !== undefined) throw invalidField(`${event.type}.data`, `is refused: ${problem}`);
    const metadata = { ...event.metadata };
    delete metadata[SCHEMA_VERSION];
    if (known.version > 1) metadata[SCHEMA_VERSION] = String(known.version);
    return newEvent({ ...event, metadata }, json);
  }

  async decode(event: RecordedEvent): Promise<RecordedTypedEvent<Event>> {
    const known = this.#types.get(event.type ?? '');
    if (known === undefined) throw refused('EVENT_TYPE_UNKNOWN', event, 'its type is not defined');
    const result = await known.schema['~standard'].validate(upcast(known, event));
    const problem = problemOf(result);
    if (problem !== undefined) throw refused('EVENT_INVALID', event, problem);
    const data = 'value' in result ? result.value : undefined;
    return typed<Event>(this.#types, withData(event, known.name, data));
  }

  knows({ type }: RecordedEvent): boolean {
    return type !== undefined && this.#types.has(type);
  }
}

class UncheckedEvents<Event extends TypedEvent> implements EventSet<Event> {
  readonly names: readonly string[] = [];

  async encode(event: NewTypedEvent<Event>): Promise<NewEvent> {
    return newEvent(event, jsonOf(event));
  }

  async decode(event: RecordedEvent): Promise<RecordedTypedEvent<Event>> {
    return typed<Event>(undefined, withData(event, event.type ?? '', event.data));
  }

  knows(): boolean {
    return true;
  }
}

function newEvent(
  { type, eventId, metadata }: NewTypedEvent<TypedEvent>,
  json: string | undefined,
): NewEvent {
  return {
    type,
    ...(json === undefined ? {} : { json }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}

/** Undefined for an event without data. */
function jsonOf({ type, data }: TypedEvent): string | undefined {
  if (data === undefined) return undefined;
  let json: string | undefined;
  let why = `it is a ${typeof data}`;
  try {
    json = JSON.stringify(data);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  if (json !== undefined) return json;
  throw invalidField(`${type}.data`, `cannot be written as JSON: ${why}`);
}

function upcast(known: KnownType, event: RecordedEvent): unknown {
  const version = Number(event.metadata[SCHEMA_VERSION] ?? 1);
  if (!Number.isInteger(version) || version < 1) {
    throw refused('EVENT_INVALID', event, 'its schemaVersion is no version');
  }
  if (version > known.version) {
    const problem = `its version is ${version}, this program knows up to ${known.version}`;
    throw refused('EVENT_TOO_NEW', event, problem);
  }
  const steps = known.upcasts.slice(version - 1);
  const { data: original } = event;
  try {
    return steps.reduce<unknown>((data, step) => step(data), original);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw refused('EVENT_INVALID', event, `its upcast failed: ${why}`, cause);
  }
}

/** The first issue in words; undefined when there is none. */
function problemOf(result: StandardSchemaV1.Result<unknown>): string | undefined {
  const [issue] = result.issues ?? [];
  if (issue === undefined) return undefined;
  const path = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
  return path.length === 0 ? issue.message : `${path.map(String).join('.')}: ${issue.message}`;
}

function refused(
  reason: string,
  event: RecordedEvent,
  problem: string,
  cause?: unknown,
): StoreError {
  const { version, stream, type = `code ${event.typeCode}` } = event;
  const message = `event ${version} of stream ${stream} (${type}): ${problem}.`;
  return new StoreError(reason, message, { cause });
}

type Untyped = TypedEvent & Omit<RecordedEvent, 'type' | 'data'>;

/** The event with other names and data: it is a class of its own, whose fields are not all own. */
function withData(recorded: RecordedEvent, type: string, data: unknown): Untyped {
  const { stream, streamId, version, savetimeMs, eventId, typeCode } = recorded;
  const { contentType, metadata, json, bytes } = recorded;
  const place = { stream, streamId, version, savetimeMs, eventId, typeCode };
  return { ...place, contentType, metadata, json, bytes, type, data };
}

/** What the compiler cannot know: the schema of this name has made the data. */
function isOf<Event extends TypedEvent>(
  names: Pick<ReadonlyMap<string, unknown>, 'has'> | undefined,
  event: Untyped,
): event is Untyped & RecordedTypedEvent<Event> {
  return names === undefined || names.has(event.type);
}

function typed<Event extends TypedEvent>(
  names: Pick<ReadonlyMap<string, unknown>, 'has'> | undefined,
  event: Untyped,
): RecordedTypedEvent<Event> {
  if (isOf<Event>(names, event)) return event;
  throw new TypeError(`the event type ${event.type} is not defined`);
}
