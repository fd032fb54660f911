import type {
  FeedCursor,
  PageRules,
  RecordedEvent,
  StreamAppend,
  StreamRef,
  TypeCode,
  Uuid,
} from '../core/index.js';
import type { AppendOutcome } from './append-outcome.js';

export interface AppendRequest {
  readonly stream: StreamRef;
  /** Appends of different callers to this stream, in order of arrival; valid by `core`'s rules. */
  readonly appends: readonly StreamAppend[];
  /** Ends the resolving of a doubtful write: what is still in doubt is answered `unknown`. */
  readonly signal: AbortSignal;
}

export interface StreamQuery {
  readonly stream: Uuid;
  readonly direction: 'forward' | 'backward';
  /** First version to read; undefined: the first forward, the last backward. */
  readonly fromVersion: number | undefined;
  /** Undefined: to the end. */
  readonly limit: number | undefined;
}

/** All events of the storage, in feed order. */
export interface AllQuery extends PageRules {
  readonly after: FeedCursor;
}

export interface TypeQuery extends AllQuery {
  /** At least one; each once. Their events come merged, in feed order. */
  readonly types: readonly TypeCode[];
  /** A page with what is visible soonest, not one with all that was acknowledged before. */
  readonly soon?: boolean;
}

export interface FeedPage {
  readonly events: readonly RecordedEvent[];
  /** After the last event of the page; the query's own cursor when the page is empty. */
  readonly next: FeedCursor;
  /** Nothing more could be read at the moment of the answer. */
  readonly caughtUp: boolean;
  /** Of one that was asked for `soon`: what was acknowledged before may still be to come. */
  readonly more?: boolean;
}

/**
 * The event log: the port that each backend implements and one conformance kit tests.
 * Reads throw `AppError` (UNAVAILABLE, STREAM_CORRUPT, CURSOR_INVALID); appends answer.
 */
export interface EventLog {
  /**
   * Appends, merging what chains into as few writes as possible. One outcome for each append, in
   * order. Never throws for what storage does. Resolves when every outcome is definite or
   * `signal` is aborted. Callers of one process send one request a stream at a time where they
   * can: several at once are correct, but contend.
   */
  append(request: AppendRequest): Promise<readonly AppendOutcome[]>;

  /** Chunks of events with contiguous versions; an unknown stream gives none. */
  readStream(query: StreamQuery): AsyncIterable<readonly RecordedEvent[]>;

  /** Version of the last event; 0 = no stream. Sees every acknowledged append. */
  currentVersion(stream: Uuid): Promise<number>;

  /**
   * The next page of some types, in feed order. No event that is acknowledged later, or that is not
   * visible yet, comes to stand before `next`, in none of the types. Sees what was acknowledged
   * before the call where that becomes visible within the backend's waiting time; or `soon` the
   * first events that become visible.
   */
  readByType(query: TypeQuery): Promise<FeedPage>;

  /** The next page of all events; NOT_SUPPORTED unless the feed is *ordered*. */
  readAll(query: AllQuery): Promise<FeedPage>;

  /**
   * Where the feed ends: what is appended after the answer comes after the cursor, for every type
   * and for all. What was acknowledged before the call comes before it, but for what a view shows
   * late; what is under way meanwhile, on either side.
   */
  feedEnd(): Promise<FeedCursor>;
}
