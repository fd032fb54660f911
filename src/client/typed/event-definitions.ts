import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Turns the data of one version of a type into that of the next. Pure. */
export type Upcast = (data: unknown) => unknown;

/** What is known of one event type. */
export interface EventDefinition<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /** Checks the data, and gives them their type: any library of the Standard Schema. */
  readonly schema: Schema;
  /** Of the data as they are appended, from 1 on (1). */
  readonly version?: number;
  /** For each earlier version, how its data become those of the next. */
  readonly upcast?: Readonly<Record<number, Upcast>>;
  /** Names under which the type was appended before. */
  readonly formerNames?: readonly string[];
}

/** Event types by name: a schema, or all that is known of the type. */
export type EventDefinitions = Readonly<Record<string, StandardSchemaV1 | EventDefinition>>;

type SchemaOf<Definition> = Definition extends StandardSchemaV1
  ? Definition
  : Definition extends EventDefinition<infer Schema>
    ? Schema
    : never;

/** An event as a program sees it: told apart by `type`. */
export interface TypedEvent {
  readonly type: string;
  readonly data: unknown;
}

/** The events of a map from type name to the type of the data. */
export type EventsOf<Payloads> = {
  [Name in keyof Payloads & string]: { readonly type: Name; readonly data: Payloads[Name] };
}[keyof Payloads & string];

/** The events of a map of definitions. */
export type DefinedEvents<Definitions extends EventDefinitions> = EventsOf<{
  [Name in keyof Definitions]: StandardSchemaV1.InferOutput<SchemaOf<Definitions[Name]>>;
}>;

/** One type, with everything filled in. */
export interface KnownType {
  readonly name: string;
  readonly schema: StandardSchemaV1;
  readonly version: number;
  readonly upcasts: readonly Upcast[];
}

/** All types by every name that they have had. Throws TypeError for definitions that contradict. */
export function knownTypes(definitions: EventDefinitions): ReadonlyMap<string, KnownType> {
  const known = new Map<string, KnownType>();
  for (const [name, given] of Object.entries(definitions)) {
    const definition = '~standard' in given ? { schema: given } : given;
    const { schema, version = 1, upcast = {}, formerNames = [] } = definition;
    const type = { name, schema, version, upcasts: upcastsOf(name, version, upcast) };
    for (const each of [name, ...formerNames]) {
      if (known.has(each)) throw new TypeError(`the event type ${each} is defined twice`);
      known.set(each, type);
    }
  }
  return known;
}

function upcastsOf(name: string, version: number, upcast: Readonly<Record<number, Upcast>>) {
  if (!Number.isInteger(version) || version < 1) {
    throw new TypeError(`the version of the event type ${name} must be a whole number from 1 on`);
  }
  const unused = Object.keys(upcast).find((from) => !(Number(from) >= 1 && Number(from) < version));
  if (unused !== undefined) {
    const problem = `has an upcast from version ${unused}, its version is ${version}`;
    throw new TypeError(`the event type ${name} ${problem}`);
  }
  return Array.from({ length: version - 1 }, (_, index) => {
    const step = upcast[index + 1];
    if (step !== undefined) return step;
    throw new TypeError(`the event type ${name} has no upcast from version ${index + 1}`);
  });
}
