import {
  ANY_VERSION,
  exactVersion,
  NO_STREAM,
  STREAM_EXISTS,
  type EventContent,
  type ExpectedVersion,
  type NewEvent,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
} from '../../src/core/index.js';
import {
  freshName,
  freshStream,
  namedStream,
  newEvent,
  typeCode,
  type Kit,
} from '../conformance/event-log/kit.js';
import type { AppendPart, Change, EventPlan, Expectation } from './operations.js';

const CONTENTS: NonEmpty<EventContent> = [
  { kind: 'text', text: 'plain' },
  { kind: 'text', text: '' },
  { kind: 'text', text: '😀\u0000' },
  { kind: 'bytes', bytes: Uint8Array.of(0, 255, 128) },
  { kind: 'bytes', bytes: new Uint8Array(0) },
];
const METADATA: NonEmpty<string | undefined> = [undefined, '{}', '{"k":"é"}'];
const CONTENT_TYPES: NonEmpty<string | undefined> = [undefined, 'text/plain'];

const ENDINGS = ['-a', '-ab', '-😀'];
export const PREFIXES: NonEmpty<string> = ['', '-', '-a', '-ab', '-z', '-😀'];

/** An append as it was sent, so that it may be sent again. */
export interface SentAppend {
  readonly stream: StreamRef;
  readonly append: StreamAppend;
}

/** The streams, types, names and past of one run; the same for both sides. */
export class World {
  readonly prefix = freshName();
  readonly streams: NonEmpty<StreamRef> = [
    freshStream(),
    ...ENDINGS.map((ending) => namedStream(this.prefix + ending)),
  ];
  readonly typeNames: NonEmpty<string> = [
    `${this.prefix}-w`,
    ...['x', 'y', 'z'].map((ending) => `${this.prefix}-${ending}`),
  ];
  readonly types: NonEmpty<TypeCode>;
  /** Below those that are given out; for declaring and reserving. */
  readonly codes: NonEmpty<TypeCode>;
  readonly sent: SentAppend[] = [];
  /** How many events of each type are acknowledged. */
  readonly written = new Map<TypeCode, number>();

  constructor(kit: Kit) {
    this.types = [kit.freshType(), kit.freshType(), typeCode(-kit.freshCode())];
    this.codes = [kit.freshType(), kit.freshType(), typeCode(-kit.freshCode())];
  }

  /** A new append. `version`: where the stream will be, as far as anyone can tell. */
  newAppend(stream: StreamRef, part: AppendPart, version: number): StreamAppend {
    const used = this.sent.filter((sent) => sent.stream.id === stream.id);
    const ids = used.flatMap(({ append }) => append.events.map((event) => event.eventId));
    const events = new Map<string, NewEvent>();
    for (const plan of part.events) {
      const event = this.#newEvent(plan);
      const old = ids[(plan.oldId ?? ids.length) % (ids.length + 1)];
      const eventId = old ?? event.eventId;
      events.set(eventId, { ...event, eventId });
    }
    const append: StreamAppend = {
      expected: toExpected(part.expected, version),
      events: [...events.values()],
      freshIds: part.events.every((plan) => plan.oldId === undefined) && part.events.length === 1,
    };
    this.sent.push({ stream, append });
    return append;
  }

  #newEvent({ type, content }: EventPlan): NewEvent {
    return newEvent(pick(this.types, type), {
      content: pick(CONTENTS, content),
      contentType: pick(CONTENT_TYPES, content),
      metadata: pick(METADATA, content),
    });
  }

  /** An append that was sent before, as it was or changed. */
  changed({ append }: SentAppend, change: Change): StreamAppend {
    const again = { ...append, freshIds: false };
    const [first, ...rest] = append.events;
    if (first === undefined) return again;
    const other = pick(this.types, this.types.indexOf(first.type) + 1);
    switch (change) {
      case 'nothing':
        return again;
      case 'text':
        return { ...again, events: [{ ...first, content: { kind: 'text', text: 'x' } }, ...rest] };
      case 'metadata':
        return { ...again, events: [{ ...first, metadata: '{"x":1}' }, ...rest] };
      case 'type':
        return { ...again, events: [{ ...first, type: other }, ...rest] };
      case 'drop last':
        return { ...again, events: [first, ...rest.slice(0, -1)] };
      case 'add one':
        return { ...again, events: [...append.events, newEvent(other)] };
      case 'reverse':
        return { ...again, events: [...append.events].reverse() };
    }
  }

  /** By the bits of `number`; undefined for none: all types there are. */
  typesOf(number: number): readonly TypeCode[] | undefined {
    const chosen = this.types.filter((_, bit) => (number & (1 << bit)) !== 0);
    return chosen.length === 0 ? undefined : chosen;
  }

  /** How many events of the types are acknowledged. */
  acknowledged(types: readonly TypeCode[] = this.types): number {
    return types.reduce((sum, type) => sum + (this.written.get(type) ?? 0), 0);
  }

  countWritten(events: readonly NewEvent[]): void {
    for (const { type } of events) this.written.set(type, (this.written.get(type) ?? 0) + 1);
  }
}

function toExpected(expectation: Expectation, version: number): ExpectedVersion {
  switch (expectation) {
    case 'any':
      return ANY_VERSION;
    case 'no-stream':
      return NO_STREAM;
    case 'stream-exists':
      return STREAM_EXISTS;
    default:
      return exactVersion(Math.max(0, version + expectation.offset));
  }
}

export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** Element `number`, modulo the length. */
export function pick<Item>(items: NonEmpty<Item>, number: number): Item {
  return items[number % items.length] ?? items[0];
}
