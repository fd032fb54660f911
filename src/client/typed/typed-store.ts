import type { Appended, AppendOptions } from '../append.js';
import { asList } from '../as-list.js';
import type { Cassadra } from '../cassadra.js';
import type { ReadOptions } from '../read-stream.js';
import type { SubscribeOptions } from '../subscribe-options.js';
import type { TypedEvent } from './event-definitions.js';
import type { EventSet, NewTypedEvent, RecordedTypedEvent, UnknownEvents } from './event-set.js';

export interface TypedStoreOptions {
  /**
   * Events of types that the set does not have: an error when they are read (`refuse`), or left
   * out (`skip`). `refuse` when not given.
   */
  readonly unknownEvents?: UnknownEvents;
}

/** A message of a typed subscription. */
export type TypedSubscriptionItem<Event extends TypedEvent> =
  | {
      readonly kind: 'event';
      readonly event: RecordedTypedEvent<Event>;
      readonly cursor: string | undefined;
    }
  | { readonly kind: 'caught-up'; readonly cursor: string }
  | { readonly kind: 'checkpoint'; readonly cursor: string };

/** As `Subscription`, with types. */
export interface TypedSubscription<Event extends TypedEvent>
  extends AsyncIterable<TypedSubscriptionItem<Event>, void, undefined> {
  /** Ends it: the iteration is over after the item in hand. */
  close(): void;
}

/** A store whose events have types. */
export interface TypedStore<Event extends TypedEvent> {
  /** As `Cassadra.append`. Data that do not fit are refused before anything is sent. */
  append(
    stream: string,
    events: NewTypedEvent<Event> | readonly NewTypedEvent<Event>[],
    options?: AppendOptions,
  ): Promise<Appended>;
  /** As `Cassadra.read`, each event in its newest form. */
  read(
    stream: string,
    options?: ReadOptions,
  ): AsyncIterable<RecordedTypedEvent<Event>, void, undefined>;
  /** As `Cassadra.subscribe`; without a source it follows all types of the set. */
  subscribe(options?: SubscribeOptions): TypedSubscription<Event>;
}

/** The store as one of such events only. */
export function typedStore<Event extends TypedEvent>(
  store: Pick<Cassadra, 'append' | 'read' | 'subscribe'>,
  events: EventSet<Event>,
  { unknownEvents = 'refuse' }: TypedStoreOptions = {},
): TypedStore<Event> {
  const isWanted = (event: Parameters<typeof events.knows>[0]): boolean =>
    unknownEvents === 'refuse' || events.knows(event);
  return {
    async append(stream, given, options) {
      const list = asList<NewTypedEvent<Event>>(given);
      const encoded = await Promise.all(list.map((event) => events.encode(event)));
      return store.append(stream, encoded, options);
    },
    async *read(stream, options) {
      for await (const event of store.read(stream, options)) {
        if (isWanted(event)) yield await events.decode(event);
      }
    },
    subscribe(options = {}) {
      const { stream, types, all } = options;
      const given = stream !== undefined || types !== undefined || all !== undefined;
      const subscription = store.subscribe(given ? options : { ...options, types: events.names });
      return {
        async *[Symbol.asyncIterator]() {
          for await (const item of subscription) {
            if (item.kind !== 'event') yield item;
            else if (isWanted(item.event)) {
              yield { ...item, event: await events.decode(item.event) };
            } else if (item.cursor !== undefined) {
              yield { kind: 'checkpoint', cursor: item.cursor };
            }
          }
        },
        close: () => subscription.close(),
      };
    },
  };
}
