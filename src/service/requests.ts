import type {
  EventContent,
  ExpectedVersion,
  FeedCursor,
  PageBoundary,
  TraceOrigin,
  TypeCode,
  Uuid,
} from '../core/index.js';

/** An event as a caller hands it in. */
export interface EventDraft {
  /** Given for every event of an append, so that it can be retried, or for none. */
  readonly eventId?: Uuid | undefined;
  /** A code as it is, or a name, which gets a code at its first use. */
  readonly type: TypeCode | string;
  readonly content: EventContent;
  readonly contentType?: string | undefined;
  readonly metadata?: string | undefined;
}

export interface AppendCommand {
  /** A UUID in either case, or a name. */
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly EventDraft[];
  /** Goes into the metadata of the events, unless theirs say of a trace. */
  readonly trace?: TraceOrigin | undefined;
}

export interface AppendResult {
  readonly firstVersion: number;
  readonly lastVersion: number;
  /** Of the last event. */
  readonly savetimeMs: number;
  /** An earlier try had written the events. */
  readonly duplicate: boolean;
}

export interface StreamRead {
  readonly stream: string;
  readonly direction?: 'forward' | 'backward';
  readonly fromVersion?: number;
  readonly limit?: number;
}

export interface TypeRead {
  /** At least one; each once. */
  readonly types: readonly TypeCode[];
  readonly after: FeedCursor;
  readonly limit: number;
  readonly bytesMax: number;
  readonly boundary: PageBoundary;
}
