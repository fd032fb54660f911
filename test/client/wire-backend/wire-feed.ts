import type { Cassadra, Subscription, SubscriptionItem } from '../../../src/client/index.js';
import {
  decodeCursor,
  encodeCursor,
  type FeedCursor,
  type RecordedEvent,
} from '../../../src/core/index.js';
import type { FeedPage } from '../../../src/storage/index.js';
import { toPortEvent } from './event-codec.js';

/** The start has two spellings, none and that of an empty page; the first is used here. */
export function textOf(cursor: FeedCursor): string | undefined {
  return cursor.kind === 'start' ? undefined : encodeCursor(cursor);
}

export function cursorOf(text: string): FeedCursor {
  const cursor = decodeCursor(text);
  if (cursor === undefined) throw new TypeError(`${text} is no cursor of a feed`);
  return cursor;
}

/** A subscription as pages: up to each cursor, and whether more is to come at once. */
export class WireFeed {
  readonly #items: AsyncIterator<SubscriptionItem, void>;
  #ahead: SubscriptionItem | undefined;

  constructor(subscription: Subscription) {
    this.#items = subscription[Symbol.asyncIterator]();
  }

  /** To be called while more is to come, as it would wait else. */
  async nextPage(): Promise<FeedPage> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const item = this.#ahead ?? (await this.#next());
      this.#ahead = undefined;
      if (item.kind === 'event') events.push(toPortEvent(item.event));
      if (item.cursor === undefined) continue;
      const next = cursorOf(item.cursor);
      if (item.kind !== 'event') return { events, next, caughtUp: item.kind === 'caught-up' };
      this.#ahead = await this.#next();
      return { events, next, caughtUp: this.#ahead.kind === 'caught-up' };
    }
  }

  async end(): Promise<void> {
    await this.#items.return?.();
  }

  async #next(): Promise<SubscriptionItem> {
    const next = await this.#items.next();
    if (next.done === true) throw new TypeError('the subscription has ended');
    return next.value;
  }
}

/** A page of all events; what is read on is read from the same subscription. */
export class AllEvents {
  #open: { readonly feed: WireFeed; readonly cursor: string } | undefined;

  async read(client: Cassadra, after: FeedCursor): Promise<FeedPage> {
    const cursor = textOf(after);
    const open = this.#open;
    this.#open = undefined;
    const goesOn = open !== undefined && open.cursor === cursor;
    if (!goesOn) await open?.feed.end();
    const feed = goesOn ? open.feed : new WireFeed(client.subscribe({ all: true, cursor }));
    const page = await feed.nextPage();
    const idle = page.caughtUp ? feed : this.#keep(feed, page.next);
    await idle?.end();
    return page;
  }

  /** Answers the one that was kept before. */
  #keep(feed: WireFeed, next: FeedCursor): WireFeed | undefined {
    const before = this.#open?.feed;
    this.#open = { feed, cursor: encodeCursor(next) };
    return before;
  }
}
