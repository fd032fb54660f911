import type { Components } from '../../../runtime/index.js';
import { mapInBatches } from '../in-batches.js';
import type { NoticeReader } from './notice-reader.js';
import type { NoticeWriter } from './notice-writer.js';
import { overflowWith, type Overflow, type OwnedShard, type OwnedShards } from './owned-shards.js';
import { sourceOf } from './pending-notices.js';
import type { StorageClock } from './storage-clock.js';
import { bucketOf } from './time-slices.js';
import type { Notice, NoticeTables } from './timed-tables.js';

const SWEEP_EVERY_MS = 1_000;
const WRITES_AT_ONCE = 32;
/** What has waited longer is written anew at a later position, so that it holds nothing back. */
const PARK_AFTER_MS = 30_000;
/** Again after half the time that it has waited, within these. */
const PARK_MS = { min: 10_000, max: 300_000 };

/**
 * Reads again what memory had no room for: the entries of sources that take less than comes due. As
 * there is room they are taken in; those that wait for long are parked.
 */
export class OverflowSweeper {
  readonly #parts: {
    readonly tables: NoticeTables;
    readonly owned: OwnedShards;
    readonly reader: NoticeReader;
    readonly notices: NoticeWriter;
    readonly storageClock: StorageClock;
  };
  readonly #components: Components;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(
    parts: {
      readonly tables: NoticeTables;
      readonly owned: OwnedShards;
      readonly reader: NoticeReader;
      readonly notices: NoticeWriter;
      readonly storageClock: StorageClock;
    },
    components: Components,
  ) {
    this.#parts = parts;
    this.#components = components;
  }

  start(): void {
    this.#loop ??= this.#keepSweeping();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #keepSweeping(): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(SWEEP_EVERY_MS, signal);
      for (const shard of this.#parts.owned.all()) {
        if (signal.aborted || shard.overflow === undefined) continue;
        try {
          await this.#sweep(shard);
        } catch (error) {
          logger.warn({ err: error, shard: shard.shard }, 'left notices could not be read again');
        }
      }
    }
  }

  async #sweep(shard: OwnedShard): Promise<void> {
    const region = shard.overflow;
    if (region === undefined) return;
    shard.overflow = undefined;
    shard.sweeping = region;
    try {
      await this.#readAgain(shard, region);
    } catch (error) {
      shard.overflow = overflowWith(shard.overflow, region);
      throw error;
    } finally {
      shard.sweeping = undefined;
    }
  }

  async #readAgain(shard: OwnedShard, { fromMs, untilMs, sources }: Overflow): Promise<void> {
    for (let bucket = bucketOf(fromMs); bucket <= bucketOf(untilMs); bucket += 1) {
      const slice = { bucket, shards: [shard.shard], afterMs: fromMs - 1, untilMs };
      for await (const page of this.#parts.tables.readNotices(slice)) {
        const left = page.filter((notice) => sources.has(sourceOf(notice)));
        await this.#takeIn(shard, left);
        if (this.#parts.owned.get(shard.shard) !== shard || this.#stopped.signal.aborted) return;
      }
    }
  }

  async #takeIn(shard: OwnedShard, notices: readonly Notice[]): Promise<void> {
    const nowMs = this.#parts.storageClock.nowMs();
    const fresh = notices.filter(({ nextMs }) => nextMs > nowMs - PARK_AFTER_MS);
    this.#parts.reader.add(shard, fresh);
    const old = notices.filter(({ nextMs }) => nextMs <= nowMs - PARK_AFTER_MS);
    const parked: Notice[] = [];
    this.#parts.reader.add(shard, old, (notice) => parked.push(notice));
    await mapInBatches(parked, WRITES_AT_ONCE, (notice) => this.#park(notice, nowMs));
  }

  async #park(notice: Notice, nowMs: number): Promise<void> {
    const { random } = this.#components;
    const half = (nowMs - notice.nextMs) / 2;
    const delayMs = Math.min(PARK_MS.max, Math.max(PARK_MS.min, half));
    const notBeforeMs = Math.ceil(nowMs + delayMs * (0.75 + random.next() / 2));
    await this.#parts.notices.announce({ ...notice, notBeforeMs });
  }
}
