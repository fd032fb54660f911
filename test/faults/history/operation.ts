/*
 * What clients did and saw in a run. All times are milliseconds of the one monotonic clock of the
 * process that runs the workload, so that "ended before the other began" can be believed.
 */

/** The API a call used. */
export type Api = 'v1' | 'storegrpc';

/** What an append expected of its stream. */
export type Expected =
  | { readonly kind: 'exact'; readonly version: number }
  | { readonly kind: 'no-stream' }
  | { readonly kind: 'stream-exists' }
  | { readonly kind: 'any' };

/** How a try to append ended. */
export type AppendEnd =
  | { readonly kind: 'ok'; readonly firstVersion: number; readonly lastVersion: number }
  /** `currentVersion`: undefined where the API does not tell it. */
  | { readonly kind: 'conflict'; readonly currentVersion: number | undefined }
  /** Nobody knows whether it was written: an unknown outcome, a lost answer, no answer at all. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** The server said that this try wrote nothing, nor will. */
  | { readonly kind: 'refused'; readonly why: string };

interface Timed {
  readonly invokedMs: number;
  readonly endedMs: number;
  /** Name of the server that was called; a client that changes servers gives the last one. */
  readonly server: string;
}

/**
 * One try to append. `append` names the append: tries with the same name had the same stream,
 * expected version and event ids. Event `index` of it has the key `${append}#${index}`, which
 * stands in its payload.
 */
export interface AppendTry extends Timed {
  readonly kind: 'append';
  readonly api: Api;
  readonly append: string;
  readonly stream: string;
  readonly expected: Expected;
  /** One type an event. */
  readonly types: readonly string[];
  readonly end: AppendEnd;
  /** The server made the event ids, so there can be no other try of this append. */
  readonly idsOfServer?: true;
}

/** A whole stream that was read from its first event to its end, without an error. */
export interface StreamRead extends Timed {
  readonly kind: 'read';
  readonly api: Api;
  readonly stream: string;
  /** Keys of the events as they were answered. Event i has version i + 1, checked on reading. */
  readonly keys: readonly string[];
}

/** A read that was answered with corruption, or whose versions had a hole or a repeat. */
export interface BrokenRead extends Timed {
  readonly kind: 'broken-read';
  readonly api: Api;
  readonly stream: string;
  readonly what: string;
}

/** An event that a reader by type was given, in the order in which it was given. */
export interface Delivery {
  readonly kind: 'delivery';
  readonly reader: string;
  readonly atMs: number;
  readonly stream: string;
  readonly version: number;
  readonly key: string;
}

/** How adding or cancelling a timed event ended; `known` for add: acknowledged. */
export type TimerEnd =
  | { readonly kind: 'done' }
  /** Cancel only: the attempt may still arrive, or it had fired, or there was no such event. */
  | { readonly kind: 'too-late'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** One try to add or cancel a timed event. */
export interface TimerTry extends Timed {
  readonly kind: 'timer-add' | 'timer-cancel';
  readonly timer: string;
  /** When it is to fire, on the monotonic clock of the workload. */
  readonly dueMs: number;
  readonly end: TimerEnd;
}

/** A call that the receiver got for a timed event. */
export interface Callback {
  readonly kind: 'callback';
  readonly timer: string;
  readonly atMs: number;
}

/** From when to when a fault was at work. */
export interface FaultPeriod {
  readonly kind: 'fault';
  readonly fault: string;
  /** What it did: "kill -9 of node 2". */
  readonly what: string;
  /** The server or node that it hit; undefined when all. */
  readonly target: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** Clock faults: how far the clock of the target was ahead. */
  readonly aheadMs?: number;
}

/** One line of a history. */
export type HistoryLine =
  | AppendTry
  | StreamRead
  | BrokenRead
  | Delivery
  | TimerTry
  | Callback
  | FaultPeriod;

/** A reader by type: which types it follows and how. */
export interface FeedReader {
  readonly name: string;
  readonly api: Api;
  readonly types: readonly string[];
}

/** An event as it stands when everything is over. */
export interface FinalEvent {
  readonly key: string;
  readonly type: string;
  /** Ms since the epoch; not given by APIs that do not tell it. */
  readonly savetimeMs?: number;
}

/** Savetimes of an append that left the register of its server before the view had shown it. */
export interface PassedAppend {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A run, as far as checks need it. */
export interface RunRecord {
  /** In the order in which they ended. */
  readonly lines: readonly HistoryLine[];
  /** Every stream that was written to, by name: its events by version, from 1. */
  readonly finalStreams: ReadonlyMap<string, readonly FinalEvent[]>;
  readonly readers: readonly FeedReader[];
  /** `ordered`: no reader may miss anything. `view`: the limits of DESIGN §5. */
  readonly feed: 'ordered' | 'view';
  /** What servers said that their readers may miss; nothing on an ordered feed. */
  readonly passed: readonly PassedAppend[];
}
