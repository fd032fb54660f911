import type { Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import { mapInBatches } from '../in-batches.js';
import { LOW_WATER_LAG_MS } from './notice-writer.js';
import type { OwnedShard, OwnedShards } from './owned-shards.js';
import type { PendingNotices } from './pending-notices.js';
import type { PollerBeats } from './poller-beats.js';
import type { StorageClock } from './storage-clock.js';
import { bucketOf } from './time-slices.js';
import type { NoticeTables, Shard, ShardTables } from './timed-tables.js';

const LOOK_EVERY_MS = 250;
/** A successor begins at the mark: the newer it is, the less is looked at twice. */
const SAVE_EVERY_MS = 2_000;
/** The others must have been the same for so long before shards are given away. */
const SETTLED_MS = 2_000;
/** A bucket is dropped this long after nobody needs it any more. */
const DROP_AFTER_MS = 3_600_000;
/** The looks at others must not wait for long. */
const DROPPED_AT_ONCE = 200;
const DROPS_BESIDE = 20;
/** A predecessor may have died before it dropped what it could have. */
const DROP_AGAIN_BUCKETS = 6;

export interface ShardKeeperParts {
  readonly poller: Uuid;
  readonly shards: ShardTables;
  readonly notices: NoticeTables;
  readonly beats: PollerBeats;
  readonly owned: OwnedShards;
  readonly pending: PendingNotices;
  readonly storageClock: StorageClock;
  readonly onTaken: (owned: OwnedShard) => void;
}

/**
 * Takes shards that nobody owns, up to an equal part; gives surplus ones away; saves how far they
 * have been dealt with. Owning is a matter of work only: what keeps two pollers from one attempt
 * is the claim on the entry.
 */
export class ShardKeeper {
  readonly #parts: ShardKeeperParts;
  readonly #components: Components;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #shards = { all: 0, share: 0 };
  #forgetMetric: (() => void) | undefined;
  #living = '';
  #livingSinceMs = 0;

  constructor(parts: ShardKeeperParts, components: Components) {
    this.#parts = parts;
    this.#components = components;
  }

  /** Takes what there is, then goes on in the background. Rejects when the storage is away. */
  async start(): Promise<void> {
    await this.#look();
    this.#loop = this.#keepLooking();
    const { metrics } = this.#components;
    this.#forgetMetric = metrics.gauge('cassadra_timer_shards', () => [
      { labels: { state: 'all' }, value: this.#shards.all },
      { labels: { state: 'share' }, value: this.#shards.share },
      { labels: { state: 'owned' }, value: this.#parts.owned.size },
    ]);
  }

  /** Gives everything away. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#forgetMetric?.();
    await this.#loop;
    const owned = this.#parts.owned.all();
    const released = await Promise.allSettled(owned.map((shard) => this.#release(shard)));
    if (released.some(({ status }) => status === 'rejected')) await this.#giveBackStrays();
  }

  /** What was given away with an answer that was lost: nobody else touches it while we live. */
  async #giveBackStrays(): Promise<void> {
    const { shards, poller } = this.#parts;
    try {
      const strays = (await shards.readShards()).filter(({ owner }) => owner === poller);
      await Promise.all(strays.map((row) => shards.moveShard(row, { ...row, owner: undefined })));
    } catch {
      // it is others' as soon as this poller is gone
    }
  }

  /** Whether the shard is still this poller's, as far as others can know. */
  holds(owned: OwnedShard): boolean {
    const { beats } = this.#parts;
    return beats.fresh && owned.lapses === beats.lapses;
  }

  async #keepLooking(): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(LOOK_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#look();
      } catch (error) {
        logger.warn({ err: error }, 'the shards of the scheduler could not be looked at');
      }
    }
  }

  async #look(): Promise<void> {
    const { beats, shards, owned } = this.#parts;
    const [rows] = await Promise.all([shards.readShards(), beats.watch()]);
    this.#dropLost(rows);
    const alive = beats.alive();
    this.#noteLiving(alive);
    const share = Math.ceil(rows.length / alive.length);
    this.#shards = { all: rows.length, share };
    await this.#takeFree(rows, share);
    const surplus = owned.all().slice(share);
    const nowMs = this.#components.clock.monotonicMs();
    if (surplus.length > 0 && nowMs - this.#livingSinceMs > SETTLED_MS) {
      await Promise.all(surplus.map((shard) => this.#release(shard)));
    }
    await this.#saveAll();
  }

  #noteLiving(alive: readonly Uuid[]): void {
    const living = alive.join();
    if (living === this.#living) return;
    this.#living = living;
    this.#livingSinceMs = this.#components.clock.monotonicMs();
  }

  #dropLost(rows: readonly Shard[]): void {
    const { owned, poller } = this.#parts;
    const byShard = new Map(rows.map((row) => [row.shard, row]));
    for (const shard of owned.all()) {
      const row = byShard.get(shard.shard);
      // a row of before the taking is no sign of loss
      const ours = row?.owner === poller && row.epoch === shard.epoch;
      const older = row !== undefined && row.epoch < shard.epoch;
      if ((ours || older) && this.holds(shard)) continue;
      this.#components.metrics.add('cassadra_timer_shards_lost_total', {});
      this.#forget(shard);
    }
  }

  #forget({ shard }: OwnedShard): void {
    this.#parts.owned.remove(shard);
    this.#parts.pending.forgetShard(shard);
  }

  async #takeFree(rows: readonly Shard[], share: number): Promise<void> {
    const { owned, beats, poller } = this.#parts;
    if (!beats.fresh) return;
    const free = rows.filter(({ shard, owner }) => {
      if (owned.get(shard) !== undefined) return false;
      return owner === undefined || owner === poller || beats.isGone(owner);
    });
    const room = Math.max(0, share - owned.size);
    const wanted = free.slice(0, room);
    // given away with an answer that was lost: nobody else would touch what a living poller has
    const stray = free.slice(room).filter(({ owner }) => owner === poller);
    const { shards } = this.#parts;
    await Promise.allSettled([
      ...wanted.map((row) => this.#take(row)),
      ...stray.map((row) => shards.moveShard(row, { ...row, owner: undefined })),
    ]);
  }

  async #take(from: Shard): Promise<void> {
    const { poller, beats, owned, storageClock } = this.#parts;
    const { lapses } = beats;
    const epoch = from.epoch + 1;
    if (!(await this.#parts.shards.moveShard(from, { ...from, owner: poller, epoch }))) return;
    if (this.#stopped.signal.aborted) return;
    const nowMs = storageClock.nowMs();
    const { shard, lowWaterMs } = from;
    const taken: OwnedShard = {
      shard,
      epoch,
      sinceMs: this.#components.clock.monotonicMs(),
      lapses,
      readMs: nowMs,
      begunMs: nowMs,
      tailMs: nowMs,
      overflow: undefined,
      sweeping: undefined,
      backlog: lowWaterMs < nowMs ? { readMs: lowWaterMs, untilMs: nowMs } : undefined,
      lowWaterMs,
      savedMs: this.#components.clock.monotonicMs(),
      droppedBelow: bucketOf(lowWaterMs - DROP_AFTER_MS) - DROP_AGAIN_BUCKETS,
    };
    owned.add(taken);
    this.#components.logger.info({ shard, epoch }, 'a shard of the scheduler was taken');
    this.#parts.onTaken(taken);
  }

  async #release(shard: OwnedShard): Promise<void> {
    const lowWaterMs = this.#lowWater(shard, this.#parts.pending.lowestPositions());
    this.#forget(shard);
    await this.#move(shard, { owner: undefined, lowWaterMs });
  }

  async #saveAll(): Promise<void> {
    const nowMs = this.#components.clock.monotonicMs();
    const due = this.#parts.owned.all().filter(({ savedMs }) => nowMs - savedMs >= SAVE_EVERY_MS);
    if (due.length === 0) return;
    const lowest = this.#parts.pending.lowestPositions();
    await Promise.all(due.map((shard) => this.#save(shard, lowest)));
  }

  async #save(shard: OwnedShard, lowest: ReadonlyMap<number, number>): Promise<void> {
    const { poller } = this.#parts;
    const lowWaterMs = this.#lowWater(shard, lowest);
    shard.savedMs = this.#components.clock.monotonicMs();
    if (lowWaterMs <= shard.lowWaterMs) return;
    if (!(await this.#move(shard, { owner: poller, lowWaterMs }))) return;
    shard.lowWaterMs = lowWaterMs;
    await this.#dropOld(shard);
  }

  #move(
    { shard, epoch, lowWaterMs }: OwnedShard,
    to: { readonly owner: Uuid | undefined; readonly lowWaterMs: number },
  ): Promise<boolean> {
    const from = { shard, owner: this.#parts.poller, epoch, lowWaterMs };
    return this.#parts.shards.moveShard(from, { ...from, ...to });
  }

  /** No notice below it needs another look, nor will one come to stand there. */
  #lowWater(shard: OwnedShard, positions: ReadonlyMap<number, number>): number {
    const settledMs = Math.min(this.#parts.storageClock.nowMs(), shard.tailMs) - LOW_WATER_LAG_MS;
    const pendingMs = (positions.get(shard.shard) ?? Number.POSITIVE_INFINITY) - 1;
    const backlogMs = shard.backlog?.readMs ?? Number.POSITIVE_INFINITY;
    const left = [shard.overflow, shard.sweeping].map((over) => (over?.fromMs ?? Infinity) - 1);
    const lowest = Math.min(settledMs, shard.readMs, pendingMs, backlogMs, ...left);
    return Math.max(shard.lowWaterMs, lowest);
  }

  async #dropOld(shard: OwnedShard): Promise<void> {
    const last = shard.droppedBelow + DROPPED_AT_ONCE;
    const end = Math.min(last, bucketOf(shard.lowWaterMs - DROP_AFTER_MS));
    const buckets = Array.from(
      { length: Math.max(0, end - shard.droppedBelow) },
      (_, index) => shard.droppedBelow + index,
    );
    await mapInBatches(buckets, DROPS_BESIDE, (bucket) =>
      this.#parts.notices.dropBucket(bucket, shard.shard),
    );
    shard.droppedBelow = Math.max(shard.droppedBelow, end);
  }
}
