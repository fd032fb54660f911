import {
  encodeCursor,
  FEED_START,
  type FeedCursor,
  type PageRules,
  type TypeCode,
} from '../core/index.js';
import type { FeedPage } from '../storage/index.js';
import type { AppendNotice, NoticeInterest } from './append-notices.js';
import type { OpenStorage } from './open-storage.js';
import type { SharedReads } from './shared-reads.js';
import type { SubscriptionStart } from './subscription.js';
import type { SubscriptionPages } from './subscription-pages.js';
import { feedCursorOf } from './subscription-rules.js';
import type { WantedTypes } from './wanted-types.js';

export interface FeedPagesParts {
  readonly storage: OpenStorage;
  readonly shared: SharedReads;
  readonly rules: PageRules;
  /** Sees what others wrote before the read was asked for; else what is visible soonest. */
  readonly fresh: boolean;
}

const EVERYTHING: NoticeInterest = { kind: 'all' };

async function beginFeed(storage: OpenStorage, start: SubscriptionStart): Promise<FeedCursor> {
  switch (start.kind) {
    case 'start':
      return FEED_START;
    case 'now':
      return storage.ready().eventLog.feedEnd();
    case 'after':
      return feedCursorOf(start.cursor);
  }
}

function keyOf(what: string, after: FeedCursor, { limit, bytesMax, boundary }: PageRules): string {
  return `${what} ${encodeCursor(after)} ${limit} ${bytesMax} ${boundary}`;
}

/** The events of some types, merged in feed order. */
export class TypePages implements SubscriptionPages<FeedCursor> {
  readonly #parts: FeedPagesParts;
  readonly #wanted: WantedTypes;
  #interest: NoticeInterest = EVERYTHING;

  constructor(parts: FeedPagesParts, wanted: WantedTypes) {
    this.#parts = parts;
    this.#wanted = wanted;
  }

  /** Everything while a name has no code: any append may give it one. */
  get interest(): NoticeInterest {
    if (this.#wanted.complete && this.#interest.kind === 'all') {
      this.#interest = { kind: 'types', types: this.#wanted.codes };
    }
    return this.#interest;
  }

  concerns({ types }: AppendNotice): boolean {
    if (this.#wanted.codes.length === 0) return true;
    return [...types].some((type) => this.#wanted.mayHave(type));
  }

  begin(start: SubscriptionStart): Promise<FeedCursor> {
    return beginFeed(this.#parts.storage, start);
  }

  /**
   * Names are looked up after the page and before it is handed over; when one has got a code the
   * page is read again. An event that the page has passed had its code before the page was read,
   * so none of a wanted name is passed.
   */
  async read(after: FeedCursor): Promise<FeedPage> {
    for (;;) {
      const { codes } = this.#wanted;
      const page = await this.#readTypes(codes, after);
      await this.#wanted.lookUp(this.#parts.storage.ready().eventTypes);
      if (this.#wanted.codes === codes) return page;
    }
  }

  async #readTypes(types: readonly TypeCode[], after: FeedCursor): Promise<FeedPage> {
    if (types.length === 0) return { events: [], next: after, caughtUp: true };
    const { storage, shared, rules, fresh } = this.#parts;
    const ask = (): Promise<FeedPage> =>
      storage.ready().eventLog.readByType({ types, after, ...rules, soon: !fresh });
    const what = `${types.join()}${fresh ? '' : ' soon'}`;
    return shared.read(keyOf(what, after, rules), fresh, ask);
  }
}

/** All events, where the backend orders them. */
export class AllPages implements SubscriptionPages<FeedCursor> {
  readonly interest = EVERYTHING;
  readonly #parts: FeedPagesParts;

  constructor(parts: FeedPagesParts) {
    this.#parts = parts;
  }

  concerns(): boolean {
    return true;
  }

  begin(start: SubscriptionStart): Promise<FeedCursor> {
    return beginFeed(this.#parts.storage, start);
  }

  read(after: FeedCursor): Promise<FeedPage> {
    const { storage, shared, rules, fresh } = this.#parts;
    const ask = (): Promise<FeedPage> => storage.ready().eventLog.readAll({ after, ...rules });
    return shared.read(keyOf('all', after, rules), fresh, ask);
  }
}
