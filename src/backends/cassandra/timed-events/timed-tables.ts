import type { TimedEvent, TimedEventKey, TimedEventSummary, Uuid } from '../../../core/index.js';
import type { TimedEventChange } from '../../../storage/index.js';

/** A notice: that an entry is to be looked at. `positionMs` orders it within its shard. */
export interface Notice {
  readonly key: TimedEventKey;
  readonly generation: Uuid;
  readonly nextMs: number;
  readonly destination: string;
  readonly shard: number;
  readonly positionMs: number;
  readonly writtenMs: number;
}

/** How one conditional statement was answered; `differs` with the change that stands there. */
export type WriteAnswer =
  | { readonly kind: 'applied' }
  | { readonly kind: 'differs'; readonly change: Uuid | undefined };

export interface WriteTry {
  /** Counts the tries of one change. */
  readonly attempt: number;
  /** Asked before anything is sent. */
  readonly maySend: () => boolean;
}

/** `timed_events`. Rejects with the driver's errors. */
export interface EntryTable {
  /** `serial` also sees what a doubtful write has come to. */
  read(key: TimedEventKey, level: 'latest' | 'serial'): Promise<TimedEvent | undefined>;
  write(change: TimedEventChange, writeTry: WriteTry): Promise<WriteAnswer>;
}

export interface NoticeSlice {
  readonly bucket: number;
  readonly shards: readonly number[];
  /** Positions above it, and up to `untilMs`. */
  readonly afterMs: number;
  readonly untilMs: number;
}

/** `timed_event_notices` and `timed_event_lane`. Written and read so that the levels overlap. */
export interface NoticeTables {
  writeNotice(notice: Notice): Promise<void>;
  writeLane(notice: Notice): Promise<void>;
  /** A slice in pages; each page as it comes. */
  readNotices(slice: NoticeSlice): AsyncIterable<readonly Notice[]>;
  /** Of a ten-second slot of the lane, what was written from `fromMs` on. */
  readLane(slot: number, shards: readonly number[], fromMs: number): Promise<readonly Notice[]>;
  dropBucket(bucket: number, shard: number): Promise<void>;
}

export interface Shard {
  readonly shard: number;
  readonly owner: Uuid | undefined;
  readonly epoch: number;
  readonly lowWaterMs: number;
}

/** `timed_event_shards` and `timed_event_pollers`. */
export interface ShardTables {
  readShards(): Promise<readonly Shard[]>;
  /** Makes it if it is not there: free, with a low-water mark of now. */
  createShard(shard: number, lowWaterMs: number): Promise<void>;
  /** Whether it was as `from` says (owner and epoch) and is now as `to` says. */
  moveShard(from: Shard, to: Shard): Promise<boolean>;
  publishBeat(poller: Uuid, beat: number): Promise<void>;
  withdrawBeat(poller: Uuid): Promise<void>;
  readBeats(): Promise<ReadonlyMap<Uuid, number>>;
}

export interface Listing {
  readonly dueMs: number;
  readonly eventId: string;
}

export interface ListingRange {
  readonly application: string;
  readonly day: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly after: { readonly dueMs: number; readonly eventId: string } | undefined;
  readonly limit: number;
}

/** `timed_events_by_due` and `timed_event_days`. */
export interface ListTables {
  /**
   * At its due time, as pending. Writes of one place count in the order of `updatedMs`. `anew`: one
   * that is over may stand there.
   */
  writeListing(event: TimedEvent, anew: boolean): Promise<void>;
  /** Lets the one at `dueMs` vanish after `ttlMs`; until then it is over. */
  expireListing(event: TimedEvent, dueMs: number, ttlMs: number): Promise<void>;
  /** Those of a day that are not over. */
  countPending(application: string, day: number): Promise<number>;
  readDays(application: string): Promise<readonly number[]>;
  /** In order of due time and event id; fewer than `limit`: the day is over. */
  readListings(range: ListingRange): Promise<readonly Listing[]>;
  readSummary(key: TimedEventKey): Promise<TimedEventSummary | undefined>;
}

/** Everything the scheduler keeps in Cassandra, so that a simulation can stand in for it. */
export interface TimedTables {
  readonly entries: EntryTable;
  readonly notices: NoticeTables;
  readonly shards: ShardTables;
  readonly lists: ListTables;
}
