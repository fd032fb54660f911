import type { Claim, Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { DueEntry, DueQueue as Port, DueWindow } from '../../../storage/index.js';
import { unavailable } from '../errors.js';
import { mapInBatches } from '../in-batches.js';
import { NoticeReader } from './notice-reader.js';
import type { LocalQueue, NoticeWriter } from './notice-writer.js';
import { OverflowSweeper } from './overflow-sweeper.js';
import { OwnedShards } from './owned-shards.js';
import type { PendingNotice } from './pending-notice.js';
import { PendingNotices } from './pending-notices.js';
import { PollerBeats } from './poller-beats.js';
import type { RecentEntries } from './recent-entries.js';
import { ShardKeeper } from './shard-keeper.js';
import type { StorageClock } from './storage-clock.js';
import type { Notice, TimedTables } from './timed-tables.js';

/** What waits longer than this gets a notice of its own later on, so that it holds nothing back. */
const PARK_AFTER_MS = 60_000;
const PARK_AHEAD_MS = 5_000;
const PARK_EVERY_MS = 1_000;
/** What is left out for so long is written anew where it stands now, for the same reason. */
const LEFT_OUT_AFTER_MS = 600_000;
const PARKED_AT_ONCE = 1_000;
const WRITES_AT_ONCE = 32;

export interface DueQueueParts {
  readonly poller: Uuid;
  readonly tables: TimedTables;
  readonly notices: NoticeWriter;
  readonly recent: RecentEntries;
  readonly storageClock: StorageClock;
  readonly healthy: () => boolean;
  readonly onClosed: () => void;
}

/** One poller's part of what comes due. Everything is read in the background; `take` only takes. */
export class DueQueue implements Port, LocalQueue {
  readonly #parts: DueQueueParts;
  readonly #components: Components;
  readonly #owned = new OwnedShards();
  readonly #pending = new PendingNotices();
  readonly #beats: PollerBeats;
  readonly #keeper: ShardKeeper;
  readonly #reader: NoticeReader;
  readonly #sweeper: OverflowSweeper;
  readonly #closed = new AbortController();
  readonly #waiting = new Set<() => void>();
  #parking: Promise<void> | undefined;
  #handingOver: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: DueQueueParts, components: Components) {
    const { tables, storageClock, poller, healthy } = parts;
    this.#parts = parts;
    this.#components = components;
    this.#beats = new PollerBeats({ tables: tables.shards, poller, healthy }, components);
    const common = { owned: this.#owned, pending: this.#pending, storageClock };
    this.#reader = new NoticeReader(
      { ...common, tables: tables.notices, onArrival: () => this.#wake() },
      components,
    );
    const reader = this.#reader;
    this.#sweeper = new OverflowSweeper(
      { tables: tables.notices, owned: this.#owned, reader, notices: parts.notices, storageClock },
      components,
    );
    this.#keeper = new ShardKeeper(
      {
        ...common,
        poller,
        shards: tables.shards,
        notices: tables.notices,
        beats: this.#beats,
        onTaken: (owned) => this.#reader.begin(owned),
      },
      components,
    );
  }

  /** Begins to take part. Throws UNAVAILABLE. */
  async open(): Promise<void> {
    try {
      await this.#beats.start();
      await this.#keeper.start();
    } catch (error) {
      await this.close();
      throw unavailable(error);
    }
    this.#reader.start();
    this.#sweeper.start();
    this.#parking = this.#keepParking();
  }

  async take(window: DueWindow): Promise<readonly DueEntry[]> {
    // from the storage's time to that of the monotonic clock
    const monotonicMs = this.#components.clock.monotonicMs();
    const shiftMs = monotonicMs - this.#parts.storageClock.nowMs();
    const taken = this.#pending.take({ ...window, monotonicMs });
    return taken.map((pending) => {
      const entry = entryOf(pending, shiftMs);
      return { ...entry, remembered: () => this.#parts.recent.about(entry) };
    });
  }

  holds(entry: DueEntry): boolean {
    const pending = this.#pending.get(entry);
    if (pending === undefined || pending.epoch !== entry.epoch) return false;
    const owned = this.#owned.get(pending.notice.shard);
    if (owned === undefined || owned.epoch !== entry.epoch) return false;
    return !this.#closed.signal.aborted && this.#keeper.holds(owned);
  }

  settle(entry: DueEntry): void {
    const pending = this.#handedOut(entry);
    if (pending === undefined) return;
    this.#pending.settle(pending, this.#components.clock.monotonicMs());
  }

  postpone(entry: DueEntry, atMs: number): void {
    const pending = this.#handedOut(entry);
    if (pending === undefined) return;
    // by the monotonic clock: a step of the other one must not make it wait for hours
    const { clock } = this.#components;
    const waitMs = Math.max(0, atMs - clock.nowMs());
    this.#pending.postpone(pending, clock.monotonicMs() + waitMs);
    this.#wake();
  }

  isGone(claim: Claim): boolean {
    return this.#beats.isGone(claim.poller);
  }

  async arrival(ms: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const wake = (): void => done.abort();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted || this.#closed.signal.aborted) wake();
    await this.#components.timers.sleep(ms, done.signal);
    signal.removeEventListener('abort', wake);
    this.#waiting.delete(wake);
  }

  handOver(): Promise<void> {
    this.#handingOver ??= this.#handOver();
    return this.#handingOver;
  }

  close(): Promise<void> {
    this.#closing ??= this.handOver().then(() => this.#close());
    return this.#closing;
  }

  ownsSince(shard: number, monotonicMs: number): boolean {
    const owned = this.#owned.get(shard);
    if (owned === undefined || owned.sinceMs > monotonicMs) return false;
    return !this.#closed.signal.aborted && this.#keeper.holds(owned);
  }

  offer(notice: Notice): void {
    const owned = this.#owned.get(notice.shard);
    // A read that has yet to begin will show it.
    if (owned === undefined || notice.positionMs > owned.begunMs) return;
    this.#reader.add(owned, [notice]);
  }

  async #handOver(): Promise<void> {
    this.#closed.abort();
    this.#wake();
    await this.#parking;
    await this.#beats.leave();
    await this.#sweeper.stop();
    await this.#reader.stop();
    await this.#keeper.stop();
  }

  async #close(): Promise<void> {
    await this.#beats.stop();
    this.#parts.onClosed();
  }

  #handedOut(entry: DueEntry): PendingNotice | undefined {
    const pending = this.#pending.get(entry);
    return pending?.out === true && pending.epoch === entry.epoch ? pending : undefined;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #keepParking(): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await timers.sleep(PARK_EVERY_MS, signal);
      const monotonicMs = this.#components.clock.monotonicMs();
      const belowMs = this.#parts.storageClock.nowMs() - PARK_AFTER_MS;
      const afterMs = monotonicMs + PARK_AHEAD_MS;
      const waiting = this.#pending.waitingLong(afterMs, belowMs, PARKED_AT_ONCE);
      const leftMs = this.#parts.storageClock.nowMs() - LEFT_OUT_AFTER_MS;
      const leftOut = this.#pending.leftOutLong(leftMs, PARKED_AT_ONCE);
      try {
        await mapInBatches(waiting, WRITES_AT_ONCE, (pending) => this.#park(pending));
        await mapInBatches(leftOut, WRITES_AT_ONCE, (pending) => this.#renew(pending));
      } catch (error) {
        logger.warn({ err: error }, 'waiting entries could not be parked');
      }
    }
  }

  /** Stays in memory: what wants it takes it from there. */
  async #renew({ notice }: PendingNotice): Promise<void> {
    await this.#parts.notices.announce({ ...notice, notBeforeMs: notice.nextMs });
  }

  async #park(pending: PendingNotice): Promise<void> {
    const { notice, waitsUntilMs } = pending;
    if (pending.out || waitsUntilMs === undefined) return;
    const waitMs = waitsUntilMs - this.#components.clock.monotonicMs();
    const notBeforeMs = Math.ceil(this.#parts.storageClock.nowMs() + waitMs);
    await this.#parts.notices.announce({ ...notice, notBeforeMs });
    const owned = this.#owned.get(notice.shard);
    if (owned === undefined || pending.out || notBeforeMs <= owned.begunMs) return;
    this.#pending.forget(pending);
  }
}

function entryOf({ notice, epoch, writtenMs }: PendingNotice, shiftMs: number): DueEntry {
  const { key, generation, nextMs, destination } = notice;
  return { key, generation, nextMs, destination, writtenMs: writtenMs + shiftMs, epoch };
}
