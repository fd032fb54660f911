import type { TimedEvent, TimedEventKey, TimedEventSummary, Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type {
  ChangeOutcome,
  DueQueue as DueQueuePort,
  TimedEventChange,
  TimedEventPage,
  TimedEventQuery,
  TimedEvents as Port,
} from '../../../storage/index.js';
import { unavailable } from '../errors.js';
import { mapInBatches } from '../in-batches.js';
import { DueQueue } from './due-queue.js';
import { EntryWriter } from './entry-writer.js';
import { LOW_WATER_LAG_MS, NoticeWriter } from './notice-writer.js';
import { RecentEntries } from './recent-entries.js';
import type { StorageClock } from './storage-clock.js';
import { dayOf } from './time-slices.js';
import type { Listing, TimedTables } from './timed-tables.js';

const READS_AT_ONCE = 64;
/** Each may be a hundred thousand rows. */
const COUNTS_AT_ONCE = 8;
/** A page that filters much ends short rather than late. */
const LISTINGS_SCANNED_MAX = 5_000;
const DAYS_SCANNED_MAX = 500;

export interface TimedEventsParts {
  readonly tables: TimedTables;
  /** How many shards this server spreads its entries over. */
  readonly shards: number;
  readonly storageClock: StorageClock;
  /** False for some seconds: other pollers take over from those of this server. */
  readonly healthy: () => boolean;
}

/** The port on Cassandra. How it works: docs/decisions/0005. */
export class TimedEvents implements Port {
  readonly #parts: TimedEventsParts;
  readonly #components: Components;
  readonly #notices: NoticeWriter;
  readonly #writer: EntryWriter;
  readonly #recent = new RecentEntries();
  readonly #queues = new Set<DueQueue>();
  #closing: Promise<void> | undefined;

  constructor(parts: TimedEventsParts, components: Components) {
    const { tables, shards, storageClock } = parts;
    this.#parts = parts;
    this.#components = components;
    this.#notices = new NoticeWriter(tables.notices, shards, storageClock, components.clock);
    this.#writer = new EntryWriter(tables, this.#notices, components);
  }

  /** Makes the shards that this server writes to. Rejects with the driver's errors. */
  async start(): Promise<void> {
    const { tables, shards, storageClock } = this.#parts;
    const there = new Set((await tables.shards.readShards()).map(({ shard }) => shard));
    // servers whose clocks are behind begin to write to it at once
    const lowWaterMs = storageClock.nowMs() - LOW_WATER_LAG_MS;
    for (let shard = 0; shard < shards; shard += 1) {
      if (!there.has(shard)) await tables.shards.createShard(shard, lowWaterMs);
    }
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    this.#requireOpen();
    try {
      return await this.#parts.tables.entries.read(key, 'latest');
    } catch (error) {
      throw unavailable(error);
    }
  }

  async change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    const outcome = await this.#writer.change(change, signal);
    const { to } = change;
    if (outcome.kind === 'changed') this.#recent.keep(to, this.#components.clock.nowMs());
    else this.#recent.forget(to.key);
    return outcome;
  }

  async list(query: TimedEventQuery): Promise<TimedEventPage> {
    this.#requireOpen();
    try {
      return await this.#list(query);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async countPending(application: string): Promise<number> {
    this.#requireOpen();
    const { lists } = this.#parts.tables;
    try {
      const days = await lists.readDays(application);
      const counts = await mapInBatches(days, COUNTS_AT_ONCE, (day) =>
        lists.countPending(application, day),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async openQueue(poller: Uuid): Promise<DueQueuePort> {
    this.#requireOpen();
    const { tables, storageClock, healthy } = this.#parts;
    const onClosed = (): void => {
      this.#queues.delete(queue);
      this.#notices.removeQueue(queue);
    };
    const own = { poller, notices: this.#notices, recent: this.#recent, onClosed };
    const parts = { ...own, tables, storageClock, healthy };
    const queue = new DueQueue(parts, this.#components);
    this.#queues.add(queue);
    this.#notices.addQueue(queue);
    await queue.open();
    return queue;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#queues].map((queue) => queue.close()));
    await this.#writer.close();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw unavailable(new Error('closed'));
  }

  async #list(query: TimedEventQuery): Promise<TimedEventPage> {
    const { application, limit } = query;
    const from = Math.max(query.fromMs, query.after?.dueMs ?? query.fromMs);
    const all = await this.#parts.tables.lists.readDays(application);
    const days = all
      .filter((day) => day >= dayOf(from) && day <= dayOf(query.untilMs - 1))
      .sort((left, right) => left - right);
    const events: TimedEventSummary[] = [];
    let after = query.after;
    let scanned = 0;
    for (const day of days.slice(0, DAYS_SCANNED_MAX)) {
      for (;;) {
        const listings = await this.#parts.tables.lists.readListings({
          ...query,
          day,
          after: after !== undefined && dayOf(after.dueMs) === day ? after : undefined,
          limit,
        });
        events.push(...(await this.#shown(listings, query)));
        after = listings.at(-1) ?? after;
        scanned += listings.length;
        if (events.length >= limit) return cut(events, limit);
        if (scanned >= LISTINGS_SCANNED_MAX) return { events, next: after };
        if (listings.length < limit) break;
      }
    }
    const unread = days[DAYS_SCANNED_MAX];
    if (unread === undefined) return { events, next: undefined };
    return { events, next: { dueMs: unread * 86_400_000 - 1, eventId: '' } };
  }

  /** The listed entries that are what the listing says, and wanted. */
  async #shown(listings: readonly Listing[], query: TimedEventQuery): Promise<TimedEventSummary[]> {
    const { application, statuses } = query;
    const found = await mapInBatches(listings, READS_AT_ONCE, ({ eventId }) =>
      this.#parts.tables.lists.readSummary({ application, eventId }),
    );
    return found.flatMap((summary, index) => {
      if (summary === undefined || summary.dueMs !== listings[index]?.dueMs) return [];
      const { status } = summary.state;
      if (status === 'DELETED') return [];
      return statuses.length === 0 || statuses.includes(status) ? [summary] : [];
    });
  }
}

function cut(events: readonly TimedEventSummary[], limit: number): TimedEventPage {
  const shown = events.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined) return { events: shown, next: undefined };
  return { events: shown, next: { dueMs: last.dueMs, eventId: last.key.eventId } };
}
