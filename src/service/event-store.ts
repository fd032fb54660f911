import type { Limits, RecordedEvent, TypeCode } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type {
  BackendHealth,
  DirectoryQuery,
  EventType,
  FeedPage,
  NamedStream,
  StreamWalk,
  StreamWalkPage,
} from '../storage/index.js';
import type { QueueLimits } from './append-queue.js';
import type { SubscriptionLimits } from './open-readers.js';
import type { EventStorage } from './open-storage.js';
import type { AppendCommand, AppendResult, StreamRead, TypeRead } from './requests.js';
import type {
  StreamState,
  SubscriptionMessage,
  SubscriptionQuery,
  TypesPoll,
} from './subscription.js';

export interface EventStoreParts {
  /** Undefined until the storage is open. */
  readonly backend: () => EventStorage | undefined;
  readonly limits: Limits;
  readonly queueLimits: QueueLimits;
  /** Not given: DEFAULT_SUBSCRIPTION_LIMITS. */
  readonly subscriptionLimits?: SubscriptionLimits;
  readonly components: Components;
}

/**
 * The use cases of the event store. Every method throws `AppError`: NOT_READY while the storage
 * cannot serve, INVALID_ARGUMENT and LIMIT_EXCEEDED before anything is written, and what the
 * catalogue says. `signal` ends the caller's waiting; abort it with `deadlineReached()` or
 * `callCancelled()`.
 */
export interface EventStore {
  /** VERSION_CONFLICT: true, with the current version. OUTCOME_UNKNOWN: retry with the same ids. */
  append(command: AppendCommand, signal: AbortSignal): Promise<AppendResult>;
  /**
   * Checks the append and makes its types known. The function that it answers puts the append into
   * the queue at once, so that a caller who prepares one after the other keeps their order.
   */
  prepareAppend(command: AppendCommand, signal: AbortSignal): Promise<() => Promise<AppendResult>>;
  /** Chunks of events; an unknown stream gives none. */
  readStream(query: StreamRead, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;
  /** Version of the last event; 0 = no stream. */
  currentVersion(stream: string, signal: AbortSignal): Promise<number>;
  streamState(stream: string, signal: AbortSignal): Promise<StreamState>;
  readByType(query: TypeRead, signal: AbortSignal): Promise<FeedPage>;
  /** As `readByType`, for names, too; waits when there is nothing. TOO_MANY_SUBSCRIPTIONS. */
  pollTypes(query: TypesPoll, signal: AbortSignal): Promise<FeedPage>;
  /**
   * What there is, then what comes, in feed order without a gap. Reads no further than it is asked
   * to: one page is the most that waits for a slow caller. Ends by throwing: `signal`'s reason,
   * NOT_READY when the store drains, or an error of the storage that repeating has not cured.
   */
  subscribe(query: SubscriptionQuery, signal: AbortSignal): AsyncIterable<SubscriptionMessage>;
  /** All streams, for tools. */
  walkStreams(walk: StreamWalk, signal: AbortSignal): Promise<StreamWalkPage>;
  /** The names of the types that have one; remembered where they cannot change. */
  typeNames(
    codes: readonly TypeCode[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<TypeCode, string>>;
  listStreams(query: DirectoryQuery, signal: AbortSignal): Promise<readonly NamedStream[]>;
  listTypes(
    page: { readonly after: TypeCode | undefined; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly EventType[]>;
  /** Codes from 1,000,000,000 on are the store's own to give. */
  declareType(name: string, code: TypeCode, signal: AbortSignal): Promise<void>;
  health(): BackendHealth;
  /**
   * Ends subscriptions and waiting polls at once. Takes no more appends, answers those it has;
   * after `graceMs` the rest is unknown.
   */
  drain(graceMs: number): Promise<void>;
}
