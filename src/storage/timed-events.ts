import type {
  AppError,
  Claim,
  TimedEvent,
  TimedEventKey,
  TimedEventStatus,
  TimedEventSummary,
  Uuid,
} from '../core/index.js';

/**
 * One step of an entry, made by `core`'s arrows. `from`: what the step was made from, undefined
 * for a key that nobody has. The port compares `from.change` and stores `to`; it decides nothing.
 */
export interface TimedEventChange {
  readonly from: TimedEvent | undefined;
  readonly to: TimedEvent;
}

/**
 * How a change ended.
 * - `changed`: `to` is stored, durable; by this try or an earlier one of the same change.
 * - `differs`: the entry was not as `from` says, and is now as `current` says (undefined: absent).
 *   When an earlier try was in doubt, `current` may have come from `to` by further changes.
 * - `unknown`: may have been stored, or may still be. Repeating the same change is safe.
 * - `unavailable`: nothing was or will be stored.
 */
export type ChangeOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'differs'; readonly current: TimedEvent | undefined }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly error: AppError };

export interface TimedEventQuery {
  readonly application: string;
  /** Empty: all but DELETED, which no list shows. */
  readonly statuses: readonly TimedEventStatus[];
  /** Due times, from inclusive, to exclusive. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Only what stands after it; undefined: from the first. */
  readonly after: TimedEventPlace | undefined;
  readonly limit: number;
}

/** Lists are ordered by due time, then by event id (UTF-8 bytes). */
export interface TimedEventPlace {
  readonly dueMs: number;
  readonly eventId: string;
}

/** `next`: where to go on; undefined at the end. A page may be short, or empty, before the end. */
export interface TimedEventPage {
  readonly events: readonly TimedEventSummary[];
  readonly next: TimedEventPlace | undefined;
}

/** Entries of the scheduler: the port that each backend implements. Reads throw UNAVAILABLE. */
export interface TimedEvents {
  /** The entry as it is; sees every acknowledged change. DELETED ones are found too. */
  find(key: TimedEventKey): Promise<TimedEvent | undefined>;

  /**
   * Compare-and-set. What is PENDING afterwards is handed to a poller at its `nextMs`, whatever
   * dies in between. Finished entries vanish some time after `plan.retentionMs`. `signal` ends the
   * resolving of a doubtful write, not the write. Never throws for what storage does.
   */
  change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome>;

  /** Entries of one application that exist, as they are at some moment of the call. */
  list(query: TimedEventQuery): Promise<TimedEventPage>;

  /**
   * How many entries of an application are PENDING or PROCESSING: as they were some seconds ago,
   * and with those whose end a server that died could not note, or whose add or replay the storage
   * did not take and nobody repeated. Costs what a list of all costs.
   */
  countPending(application: string): Promise<number>;

  /** Takes part in polling as `poller`, an id that no other run of a poller has. */
  openQueue(poller: Uuid): Promise<DueQueue>;
}

/**
 * That an entry is to be looked at, at `nextMs`. It may be out of date, or ahead of its entry:
 * who takes it looks at the entry and compares generation and `nextMs`.
 */
export interface DueEntry {
  readonly key: TimedEventKey;
  readonly generation: Uuid;
  readonly nextMs: number;
  /** As `destinationOf` has it, so that limits apply before the entry is read. */
  readonly destination: string;
  /**
   * When the notice was written, by the monotonic clock: the entry itself follows within the
   * longest write. Minus infinity: they were written together.
   */
  readonly writtenMs: number;
  /** Of the lease under which it was handed out; goes into claims. */
  readonly epoch: number;
  /**
   * The entry, PENDING as the notice says, if this process wrote it lately. Others may have changed
   * it since, so nothing may be made of it but a claim, which is compared.
   */
  readonly remembered?: () => TimedEvent | undefined;
}

/** What `take` may hand out: entries with `nextMs` from `fromMs` to `untilMs`, both inclusive. */
export interface DueWindow {
  readonly nowMs: number;
  /** Late entries are asked for apart, so that a backlog never stands before what is on time. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
  /** Applications of which enough is held: theirs stay, and stand in nobody's way. */
  readonly without?: ReadonlySet<string>;
}

/**
 * What comes due, for one poller. Pollers of one storage share the entries out among themselves;
 * when one is gone, others get its entries in less than 5 s.
 */
export interface DueQueue {
  /**
   * Entries that this poller answers for, by `nextMs`, oldest first. Each is handed out once until
   * it is postponed, or handed out by another poller after this one has lost it.
   */
  take(window: DueWindow): Promise<readonly DueEntry[]>;

  /**
   * By the monotonic clock: whether an attempt for the entry may be begun at this moment. An entry
   * that is not held may be dropped without a word: it is handed out again, here or elsewhere.
   */
  holds(entry: DueEntry): boolean;

  /** The notice needs no further look: the entry is finished, or has another notice. */
  settle(entry: DueEntry): void;

  /** Hands it out again once `atMs` is past. */
  postpone(entry: DueEntry, atMs: number): void;

  /** Whether the poller of a claim is gone for certain, or has lost its lease. */
  isGone(claim: Claim): boolean;

  /** Resolves after `ms`, or sooner when something may have come due before that. */
  arrival(ms: number, signal: AbortSignal): Promise<void>;

  /**
   * Leaves what is not begun to the others, as soon as the storage can, while claims of this poller
   * stay alive: for a clean stop, which waits for its calls. It holds nothing any more.
   */
  handOver(): Promise<void>;

  /** Hands everything over at once, claims included. Twice is fine. */
  close(): Promise<void>;
}
