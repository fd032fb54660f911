import type {
  FeedCursor,
  Metadata,
  RecordedEvent,
  SubscriptionCursor,
  TypeCode,
} from '../core/index.js';

/** A type by its code or its name; a name that nobody has used yet has no events. */
export type TypeRef = TypeCode | string;

export type SubscriptionSource =
  | { readonly kind: 'stream'; readonly stream: string }
  /** 1 to 100. */
  | { readonly kind: 'types'; readonly types: readonly TypeRef[] }
  /** NOT_SUPPORTED unless the backend's feed is *ordered*. */
  | { readonly kind: 'all' };

export type SubscriptionStart =
  | { readonly kind: 'start' }
  | { readonly kind: 'now' }
  /** A stream's cursor for a stream, else one of the feed; CURSOR_INVALID otherwise. */
  | { readonly kind: 'after'; readonly cursor: SubscriptionCursor };

/** What a subscription leaves out. */
export interface EventFilter {
  /** Empty: any. */
  readonly types: readonly TypeRef[];
  /** Of the stream's name, or of its UUID when it has none; '' = any. */
  readonly streamPrefix: string;
  /** All of these, with equal values. */
  readonly metadata: Metadata;
}

export interface SubscriptionQuery {
  readonly source: SubscriptionSource;
  readonly start: SubscriptionStart;
  readonly filter: EventFilter;
  /**
   * Events of this process's own appends come at once, without a cursor, each once, in order
   * within their stream.
   */
  readonly eager: boolean;
}

/** `cursor`: where to go on when everything up to this message is handled. */
export type SubscriptionMessage =
  | {
      readonly kind: 'events';
      readonly events: readonly RecordedEvent[];
      /** Undefined: sent eagerly, before the feed has got there. */
      readonly cursor: SubscriptionCursor | undefined;
    }
  /** The end is reached: at first, even with nothing before, or after falling behind. */
  | { readonly kind: 'caught-up'; readonly cursor: SubscriptionCursor }
  /** Now and then while events are left out. */
  | { readonly kind: 'checkpoint'; readonly cursor: SubscriptionCursor };

export interface TypesPoll {
  /** 1 to 100. */
  readonly types: readonly TypeRef[];
  readonly after: FeedCursor;
  readonly limit: number;
  readonly bytesMax: number;
  /** How long to wait when there is nothing; 0 to 30,000. */
  readonly waitMs: number;
}

/** Where a stream stands; version 0 and no savetimes when it does not exist. */
export interface StreamState {
  readonly id: string;
  readonly name: string | undefined;
  readonly currentVersion: number;
  readonly firstSavetimeMs: number | undefined;
  readonly lastSavetimeMs: number | undefined;
}
