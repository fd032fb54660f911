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

export interface TypeQuery extends PageRules {
  readonly type: TypeCode;
  readonly after: FeedCursor;
}

export interface FeedPage {
  readonly events: readonly RecordedEvent[];
  /** After the last event of the page; the query's own cursor when the page is empty. */
  readonly next: FeedCursor;
  /** Nothing more could be read at the moment of the answer. */
  readonly caughtUp: boolean;
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
   * The next page of one type, in feed order. No event that is acknowledged later, or that is not
   * visible yet, comes to stand before `next`. Sees what was acknowledged before the call where
   * that becomes visible within the backend's waiting time.
   */
  readByType(query: TypeQuery): Promise<FeedPage>;
}
