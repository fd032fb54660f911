import type { Applications } from './applications/applications.js';
import type { Appended, AppendOptions } from './append.js';
import type { NewEvent } from './new-event.js';
import type { AppendPipeline, PipelineOptions } from './pipeline/append-pipeline.js';
import type { ReadOptions } from './read-stream.js';
import type { RecordedEvent } from './recorded-event.js';
import type { Schedules } from './schedules/schedules.js';
import type { SubscribeOptions } from './subscribe-options.js';
import type { Subscription } from './subscription.js';
import type { Timers } from './timers/timers.js';
import type { CallLimits } from './tries.js';

/** Where a stream stands. */
export interface StreamState {
  /** As it was asked for; a UUID in lower case. */
  readonly stream: string;
  /** The stream's UUID in lower case. */
  readonly streamId: string;
  /** Version of the last event; 0 when there is none. */
  readonly currentVersion: number;
  /** When the first event was written, ms since the epoch; undefined when there is none. */
  readonly firstSavetimeMs: number | undefined;
  /** When the last event was written. */
  readonly lastSavetimeMs: number | undefined;
}

/** What a poll asks for. */
export interface PollRequest extends CallLimits {
  /** Names and codes of types, 1 to 100. */
  readonly types: readonly (string | number)[];
  /** From the page before, or from a subscription; not given: from the start. */
  readonly cursor?: string | undefined;
  /** How many events at most, up to 10,000 (100). */
  readonly limit?: number;
  /** How long to wait when there is none, up to 30,000 ms (0). */
  readonly waitMs?: number;
}

/** The next events of some types. */
export interface PolledPage {
  readonly events: readonly RecordedEvent[];
  /** Gets what comes after them. */
  readonly nextCursor: string;
  /** Nothing more could be read at the moment of the answer. */
  readonly caughtUp: boolean;
}

/** Which streams are listed. */
export interface StreamFilter {
  /** Only names that begin with it. Not together with `includeUnnamed`. */
  readonly prefix?: string;
  /** Streams without a name, too, in no order. This reads all that is stored: for tools. */
  readonly includeUnnamed?: boolean;
  readonly signal?: AbortSignal;
}

/** A stream in a list. */
export interface ListedStream {
  /** Its name, or its UUID in lower case when it has no name. */
  readonly stream: string;
  readonly streamId: string;
}

/** An event type in a list. */
export interface ListedType {
  /** Undefined when it has none. */
  readonly name: string | undefined;
  readonly code: number;
}

/**
 * A store, over one connection. Calls fail with `StoreError` or one of its kinds; those that may
 * succeed later are repeated for a while before they do.
 */
export interface Cassadra {
  /**
   * Appends events to a stream, all or none, exactly once: the client makes an id for each event
   * before the first try and repeats the very same append until there is an answer. With `any` and
   * `stream-exists` the server finds an earlier try among the last 1,000 versions of the stream
   * (or as it is set). VersionConflictError: nothing was written. OutcomeUnknownError: the retries
   * are over (or the signal ended them) and nobody knows; with event ids of your own the call can
   * be repeated later.
   */
  append(
    stream: string,
    events: NewEvent | readonly NewEvent[],
    options?: AppendOptions,
  ): Promise<Appended>;
  /** Many appends that do not wait for each other. Close it in the end. */
  appendMany(options?: PipelineOptions): AppendPipeline;
  /** The events of a stream as they are iterated; none when it does not exist. */
  read(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent, void, undefined>;
  /** Where a stream stands; at version 0 when it does not exist. */
  getStream(stream: string, limits?: CallLimits): Promise<StreamState>;
  /** The next events of some types. */
  poll(request: PollRequest): Promise<PolledPage>;
  /**
   * Follows a stream, types or all events: what there is, then what comes, without a gap. When the
   * connection is lost it goes on by itself, from the last message.
   */
  subscribe(options: SubscribeOptions): Subscription;
  /** Streams by name. */
  listStreams(filter?: StreamFilter): AsyncIterable<ListedStream, void, undefined>;
  /** The event types that have been used or declared, by code. */
  listTypes(limits?: CallLimits): AsyncIterable<ListedType, void, undefined>;
  /** Gives an event type a code, for ever. Repeating it is fine. TYPE_NAME_TAKEN. */
  declareType(name: string, code: number, limits?: CallLimits): Promise<void>;
  /** Calls and appends at a time. */
  readonly timers: Timers;
  /** Recurring timed events. */
  readonly schedules: Schedules;
  /** Who schedules: limits, pauses, destinations, secrets. */
  readonly applications: Applications;
  /** Ends the connection. What is under way fails with reason CLIENT_CLOSED. */
  close(): Promise<void>;
}
