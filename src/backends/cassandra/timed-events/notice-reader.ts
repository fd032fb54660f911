import type { Components } from '../../../runtime/index.js';
import { LANE_WRITE_MS, READ_AHEAD_MS, SKEW_MS } from './notice-writer.js';
import { overflowWith, type OwnedShard, type OwnedShards } from './owned-shards.js';
import { sourceOf, type PendingNotices } from './pending-notices.js';
import type { StorageClock } from './storage-clock.js';
import { BUCKET_MS, bucketOf, slotOf, SLOT_MS } from './time-slices.js';
import type { Notice, NoticeTables } from './timed-tables.js';

/**
 * The lateness of what is added shortly before it is due, by another process: while there is such,
 * and for a while after, and when there was none for long.
 */
const TAIL_EVERY_MS = 50;
const TAIL_IDLE_EVERY_MS = 150;
const TAIL_ACTIVE_MS = 10_000;
const READ_EVERY_MS = 250;
/** Reads cover at least so much, so that they are few. */
const SLICE_MS = 500;
const PAUSE_AFTER_FAULT_MS = 200;
/** So much of a backlog waits in memory for its turn. */
const BACKLOG_MAX = 10_000;
const BACKLOG_PAUSE_MS = 50;
/** A notice this late belongs to the backlog. */
const LATE_MS = 10_000;

/** Reads the notices of the owned shards: ahead of time, the lane, and what was left behind. */
export class NoticeReader {
  readonly #tables: NoticeTables;
  readonly #owned: OwnedShards;
  readonly #pending: PendingNotices;
  readonly #storageClock: StorageClock;
  readonly #components: Components;
  readonly #onArrival: () => void;
  readonly #stopped = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #tailedMs = Number.NEGATIVE_INFINITY;

  constructor(
    parts: {
      readonly tables: NoticeTables;
      readonly owned: OwnedShards;
      readonly pending: PendingNotices;
      readonly storageClock: StorageClock;
      readonly onArrival: () => void;
    },
    components: Components,
  ) {
    this.#tables = parts.tables;
    this.#owned = parts.owned;
    this.#pending = parts.pending;
    this.#storageClock = parts.storageClock;
    this.#onArrival = parts.onArrival;
    this.#components = components;
  }

  start(): void {
    this.#run(
      this.#forEver(
        () => this.#tailEveryMs(),
        () => this.#tail(),
      ),
    );
    this.#run(
      this.#forEver(
        () => READ_EVERY_MS,
        () => this.#readAhead(),
      ),
    );
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Begins with a shard that has been taken over. */
  begin(owned: OwnedShard): void {
    this.#run(this.#readBacklog(owned));
  }

  #run(work: Promise<void>): void {
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  async #forEver(everyMs: () => number, step: () => Promise<void>): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await step();
        await timers.sleep(everyMs(), signal);
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'notices could not be read');
        await timers.sleep(PAUSE_AFTER_FAULT_MS, signal);
      }
    }
  }

  /** Gives each shard its own of the notices. */
  #share(shards: readonly OwnedShard[], notices: readonly Notice[]): void {
    if (notices.length === 0) return;
    for (const owned of shards) {
      const own = notices.filter(({ shard }) => shard === owned.shard);
      if (own.length > 0) this.add(owned, own);
    }
  }

  /** Takes in notices of one shard; those that there is no room for are left to `full`. */
  add(
    owned: OwnedShard,
    notices: readonly Notice[],
    full = (notice: Notice): void => leave(owned, notice),
  ): void {
    if (this.#owned.get(owned.shard) !== owned) return;
    const { metrics } = this.#components;
    metrics.add('cassadra_timer_notices_read_total', {}, notices.length);
    const lateMs = this.#storageClock.nowMs() - LATE_MS;
    let added = false;
    for (const notice of notices) {
      const what = this.#pending.add(notice, owned.epoch, notice.nextMs < lateMs);
      if (what === 'added') added = true;
      if (what === 'full') full(notice);
    }
    if (added) this.#onArrival();
  }

  #tailEveryMs(): number {
    const sinceMs = this.#components.clock.monotonicMs() - this.#tailedMs;
    return sinceMs < TAIL_ACTIVE_MS ? TAIL_EVERY_MS : TAIL_IDLE_EVERY_MS;
  }

  /** What may have been written behind the cursors, from a little before the last look on. */
  async #tail(): Promise<void> {
    const shards = this.#owned.all();
    if (shards.length === 0) return;
    const begunMs = this.#storageClock.nowMs();
    const fromMs = Math.min(...shards.map(({ tailMs }) => tailMs)) - LANE_WRITE_MS - SKEW_MS;
    const numbers = shards.map(({ shard }) => shard);
    const lastSlot = slotOf(begunMs + SKEW_MS);
    const slots: number[] = [];
    for (let slot = slotOf(fromMs); slot <= lastSlot; slot += 1) slots.push(slot);
    const found = await Promise.all(
      slots.map((slot) => this.#tables.readLane(slot, numbers, Math.max(fromMs, slot * SLOT_MS))),
    );
    const notices = found.flat();
    if (notices.length > 0) this.#tailedMs = this.#components.clock.monotonicMs();
    this.#share(shards, notices);
    for (const owned of shards) owned.tailMs = Math.max(owned.tailMs, begunMs);
  }

  /** The next slices of all shards; those that have come equally far in one read. */
  async #readAhead(): Promise<void> {
    const untilMs = this.#storageClock.nowMs() + READ_AHEAD_MS - 2 * SKEW_MS;
    const groups = new Map<number, OwnedShard[]>();
    for (const owned of this.#owned.all()) {
      if (untilMs - owned.readMs < SLICE_MS) continue;
      groups.set(owned.readMs, [...(groups.get(owned.readMs) ?? []), owned]);
    }
    await Promise.all(
      [...groups].map(([afterMs, shards]) => this.#readSlice(shards, afterMs, untilMs)),
    );
  }

  async #readSlice(shards: readonly OwnedShard[], afterMs: number, untilMs: number): Promise<void> {
    const numbers = shards.map(({ shard }) => shard);
    for (const owned of shards) owned.begunMs = Math.max(owned.begunMs, untilMs);
    for (let bucket = bucketOf(afterMs); bucket <= bucketOf(untilMs); bucket += 1) {
      const slice = { bucket, shards: numbers, afterMs, untilMs };
      for await (const page of this.#tables.readNotices(slice)) this.#share(shards, page);
    }
    for (const owned of shards) owned.readMs = untilMs;
  }

  async #readBacklog(owned: OwnedShard): Promise<void> {
    const { timers, logger } = this.#components;
    while (owned.backlog !== undefined && this.#reads(owned)) {
      try {
        await this.#readBacklogBucket(owned, owned.backlog);
      } catch (error) {
        logger.warn({ err: error, shard: owned.shard }, 'the backlog could not be read');
        await timers.sleep(PAUSE_AFTER_FAULT_MS, this.#stopped.signal);
      }
    }
  }

  /** The rest of one bucket, as far as memory and ownership allow. */
  async #readBacklogBucket(
    owned: OwnedShard,
    backlog: NonNullable<OwnedShard['backlog']>,
  ): Promise<void> {
    const bucket = bucketOf(backlog.readMs + 1);
    const untilMs = Math.min(backlog.untilMs, (bucket + 1) * BUCKET_MS - 1);
    const slice = { bucket, shards: [owned.shard], afterMs: backlog.readMs, untilMs };
    for await (const page of this.#tables.readNotices(slice)) {
      this.add(owned, page);
      // others of the same position may stand on the next page
      backlog.readMs = Math.max(backlog.readMs, (page.at(-1)?.positionMs ?? 0) - 1);
      await this.#roomForBacklog(owned);
      if (!this.#reads(owned)) return;
    }
    backlog.readMs = untilMs;
    if (untilMs >= backlog.untilMs) owned.backlog = undefined;
  }

  async #roomForBacklog(owned: OwnedShard): Promise<void> {
    const { timers } = this.#components;
    while (this.#pending.lateSize >= BACKLOG_MAX && this.#reads(owned)) {
      await timers.sleep(BACKLOG_PAUSE_MS, this.#stopped.signal);
    }
  }

  #reads(owned: OwnedShard): boolean {
    return !this.#stopped.signal.aborted && this.#owned.get(owned.shard) === owned;
  }
}

/** Remembers where it stands, to read it again when there is room. */
function leave(owned: OwnedShard, notice: Notice): void {
  const { overflow } = owned;
  const { positionMs } = notice;
  const source = sourceOf(notice);
  if (overflow?.sources.has(source) === true) {
    const fromMs = Math.min(overflow.fromMs, positionMs);
    owned.overflow = { ...overflow, fromMs, untilMs: Math.max(overflow.untilMs, positionMs) };
    return;
  }
  const sources = new Set([source]);
  owned.overflow = overflowWith(overflow, { fromMs: positionMs, untilMs: positionMs, sources });
}
