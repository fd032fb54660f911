import type { Notice, Shard } from '../../../src/backends/cassandra/index.js';
import { finishedMsOf, type TimedEvent, type Uuid } from '../../../src/core/index.js';
import type { VirtualTime } from '../../../src/runtime/index.js';
import { DocumentState } from '../documents/document-state.js';
import type { DocumentVersion } from './document-version.js';

/** A row of `timed_events`. What is decided need not be committed everywhere yet. */
export interface EntryRow {
  decided: TimedEvent | undefined;
  /** What reads show that are not serial. */
  visible: TimedEvent | undefined;
  expiresMs: number;
}

export interface StampedNotice {
  readonly notice: Notice;
  readonly stamp: number;
}

export interface Beat {
  readonly beat: number;
  readonly stamp: number;
  readonly expiresMs: number;
  readonly withdrawn: boolean;
}

interface ListingRow {
  readonly dueMs: number;
  readonly eventId: string;
  readonly expiresMs: number;
  readonly stamp: number;
}

/** What stands in Cassandra, whoever is connected to it. */
export class Rows {
  readonly #time: VirtualTime;
  readonly documents = new DocumentState();
  /** By scope and id, each parted by NUL. */
  readonly documentJournal = new Map<string, DocumentVersion[]>();
  /** Of the event store: contents by event id. */
  readonly streams = new Map<string, Map<string, string>>();
  readonly entries = new Map<string, EntryRow>();
  /** By bucket and shard. */
  readonly notices = new Map<string, Map<string, StampedNotice>>();
  /** By slot and shard. */
  readonly lane = new Map<string, Map<string, StampedNotice>>();
  readonly shards = new Map<number, Shard>();
  readonly beats = new Map<Uuid, Beat>();
  readonly days = new Map<string, Set<number>>();
  /** By application and day. */
  readonly listings = new Map<string, Map<string, ListingRow>>();
  /** Entries of users that are not finished. */
  open = 0;
  /** Calls that may still take effect. */
  awaited = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  entry(key: string): EntryRow {
    const row = this.entries.get(key) ?? {
      decided: undefined,
      visible: undefined,
      expiresMs: Number.POSITIVE_INFINITY,
    };
    this.entries.set(key, row);
    if (row.expiresMs <= this.#time.nowMs) {
      row.decided = undefined;
      row.visible = undefined;
      row.expiresMs = Number.POSITIVE_INFINITY;
    }
    return row;
  }

  /** Lets a decided change stand; it is seen at once, unless it is not committed everywhere. */
  decide(key: string, to: TimedEvent, committed: boolean): void {
    const row = this.entry(key);
    const counts = to.plan.target.kind === 'task' ? 0 : 1;
    if (row.decided && finishedMsOf(row.decided) === undefined) this.open -= counts;
    row.decided = to;
    if (committed) row.visible = to;
    const finished = finishedMsOf(to) !== undefined;
    if (!finished) this.open += counts;
    const ttlMs = Math.ceil(to.plan.retentionMs / 1_000) * 1_000;
    row.expiresMs = finished ? this.#time.nowMs + ttlMs : Number.POSITIVE_INFINITY;
  }

  putNotice(
    table: Map<string, Map<string, StampedNotice>>,
    partition: string,
    clustering: string,
    row: StampedNotice,
  ): void {
    const rows = table.get(partition) ?? new Map<string, StampedNotice>();
    table.set(partition, rows);
    const before = rows.get(clustering);
    if (before === undefined || before.stamp < row.stamp) rows.set(clustering, row);
  }
}
