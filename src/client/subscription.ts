import {
  EventStoreServiceService,
  SubscribeFrom,
  SubscribeRequest,
  SubscribeResponse,
  type RecordedEvent as WireEvent,
} from '../gen/cassadra/v1/event_store.js';
import { BoundedSet } from './bounded-set.js';
import type { Channel } from './channel.js';
import { StoreError } from './errors.js';
import { decodeRecordedEvent, type RecordedEvent } from './recorded-event.js';
import { resumedStream } from './resumed-stream.js';
import { encodeSubscribe, type SubscribeOptions } from './subscribe-options.js';
import type { TriesParts } from './tries.js';

/** What a subscription gives. A `cursor` says where to go on when all up to it is handled. */
export type SubscriptionItem =
  | {
      readonly kind: 'event';
      readonly event: RecordedEvent;
      /** Undefined inside a batch, and on eager events: no place to go on from yet. */
      readonly cursor: string | undefined;
    }
  /** Everything that was there has been sent; what follows is new. */
  | { readonly kind: 'caught-up'; readonly cursor: string }
  /** There was nothing more to send up to here. */
  | { readonly kind: 'checkpoint'; readonly cursor: string };

/** Events as they come, for one reader, once. It takes from the server only what is iterated. */
export interface Subscription extends AsyncIterable<SubscriptionItem, void, undefined> {
  /** The events alone, instead of the items. */
  events(): AsyncIterable<RecordedEvent, void, undefined>;
  /** Ends it: the iteration is over after the item in hand. */
  close(): void;
}

const EAGER_MAX = 10_000;

/** Follows events over a channel; connects when it is iterated. */
export class ResumedSubscription implements Subscription {
  readonly #channel: Channel;
  readonly #parts: TriesParts;
  readonly #options: SubscribeOptions;
  readonly #request: SubscribeRequest;
  readonly #closing = new AbortController();
  readonly #eager = new BoundedSet(EAGER_MAX);
  #begun = false;

  constructor(channel: Channel, parts: TriesParts, options: SubscribeOptions) {
    this.#channel = channel;
    this.#parts = parts;
    this.#options = options;
    this.#request = encodeSubscribe(options);
  }

  [Symbol.asyncIterator](): AsyncGenerator<SubscriptionItem, void, undefined> {
    if (this.#begun) throw new StoreError('ITERATED_TWICE', 'a subscription is iterated once');
    this.#begun = true;
    return this.#items();
  }

  async *events(): AsyncGenerator<RecordedEvent, void, undefined> {
    for await (const item of this) if (item.kind === 'event') yield item.event;
  }

  close(): void {
    this.#closing.abort();
  }

  async *#items(): AsyncGenerator<SubscriptionItem, void, undefined> {
    const { signal, onDisconnect } = this.#options;
    const stop = (): void => this.close();
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    const open = this.#parts.openCalls.begin(this.#closing.signal);
    try {
      const messages = resumedStream(this.#channel, this.#parts, {
        path: EventStoreServiceService.subscribe.path,
        request: () => SubscribeRequest.encode(this.#request).finish(),
        signal: open.signal,
        endless: true,
        onLoss: onDisconnect,
      });
      for await (const message of messages) yield* this.#untilClosed(this.#itemsOf(message));
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      open.end();
    }
  }

  *#untilClosed(items: Iterable<SubscriptionItem>): Generator<SubscriptionItem, void> {
    for (const item of items) {
      if (this.#closing.signal.aborted) return;
      yield item;
    }
  }

  #itemsOf(bytes: Uint8Array): Iterable<SubscriptionItem> {
    const { message, cursor } = SubscribeResponse.decode(Buffer.from(bytes));
    // a call that is made anew goes on after the whole message, which is in hand by now
    if (cursor !== '') {
      this.#request.cursor = cursor;
      this.#request.from = SubscribeFrom.SUBSCRIBE_FROM_UNSPECIFIED;
    }
    switch (message?.$case) {
      case 'caughtUp':
        return [{ kind: 'caught-up', cursor }];
      case 'checkpoint':
        return [{ kind: 'checkpoint', cursor }];
      case 'events':
        return this.#eventsOf(message.value.events, cursor === '' ? undefined : cursor);
      case undefined:
        return [];
    }
  }

  *#eventsOf(
    events: readonly WireEvent[],
    cursor: string | undefined,
  ): Generator<SubscriptionItem, void> {
    const fresh = events.filter((event) => this.#isFresh(event, cursor === undefined));
    const last = fresh.at(-1);
    for (const event of fresh) {
      const decoded = decodeRecordedEvent(event);
      yield { kind: 'event', event: decoded, cursor: event === last ? cursor : undefined };
    }
    if (last === undefined && cursor !== undefined) yield { kind: 'checkpoint', cursor };
  }

  /** After a loss the server does not know what it had sent eagerly, and sends it again. */
  #isFresh({ streamId, version }: WireEvent, eager: boolean): boolean {
    if (this.#options.eager !== true) return true;
    const key = `${streamId}/${version}`;
    if (!eager) return !this.#eager.delete(key);
    if (this.#eager.has(key)) return false;
    this.#eager.add(key);
    return true;
  }
}
