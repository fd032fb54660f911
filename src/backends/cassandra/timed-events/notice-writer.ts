import { destinationOf, nextMsOf, type TimedEvent } from '../../../core/index.js';
import type { Clock } from '../../../runtime/index.js';
import { shardOf } from './shard-of.js';
import type { StorageClock } from './storage-clock.js';
import type { Notice, NoticeTables } from './timed-tables.js';

/**
 * The rules that let no notice be missed (docs/decisions/0005). All times are the storage's, which
 * servers know to within `SKEW_MS` of each other.
 */
export const SKEW_MS = 1_000;
/** An owner reads positions up to this far ahead of now, less twice the skew. */
export const READ_AHEAD_MS = 10_000;
/** A notice that took longer to write is written anew: its position may be passed already. */
const NOTICE_WRITE_MS = 2_000;
/** A row of the lane that took longer is written anew: the tail may be past it. */
export const LANE_WRITE_MS = 1_000;
/** Positions this long ago are final: more than a write and the skew. Marks stay as far behind. */
export const LOW_WATER_LAG_MS = 5_000;

/** The queue of this process, if it has one. */
export interface LocalQueue {
  /** Whether this process has owned the shard without a break since that monotonic moment. */
  ownsSince(shard: number, monotonicMs: number): boolean;
  offer(notice: Notice): void;
}

/** Writes notices, so that the owner of the shard will see them in time, whoever that is. */
export class NoticeWriter {
  readonly #tables: NoticeTables;
  readonly #shards: number;
  readonly #storageClock: StorageClock;
  readonly #clock: Clock;
  readonly #localQueues = new Set<LocalQueue>();

  constructor(tables: NoticeTables, shards: number, storageClock: StorageClock, clock: Clock) {
    this.#tables = tables;
    this.#shards = shards;
    this.#storageClock = storageClock;
    this.#clock = clock;
  }

  addQueue(queue: LocalQueue): void {
    this.#localQueues.add(queue);
  }

  removeQueue(queue: LocalQueue): void {
    this.#localQueues.delete(queue);
  }

  /**
   * Makes a PENDING entry known. Afterwards its owner has seen the notice or will see it at its
   * position, and by the lane within a moment if that was passed. Rejects with the driver's errors.
   */
  async write(event: TimedEvent): Promise<void> {
    const nextMs = nextMsOf(event);
    if (nextMs === undefined) throw new TypeError('a finished entry needs no notice');
    const { key, generation, plan } = event;
    await this.announce({
      key,
      generation,
      nextMs,
      destination: destinationOf(plan.target),
      shard: shardOf(key, this.#shards),
      notBeforeMs: nextMs,
    });
  }

  /** `notBeforeMs`: the position may be later than `nextMs`, when the entry is to wait. */
  async announce(
    about: Omit<Notice, 'positionMs' | 'writtenMs'> & { readonly notBeforeMs: number },
  ): Promise<void> {
    const { notBeforeMs, ...rest } = about;
    for (;;) {
      const begunMs = this.#clock.monotonicMs();
      const writtenMs = this.#storageClock.nowMs();
      const positionMs = Math.max(notBeforeMs, writtenMs);
      const notice: Notice = { ...rest, positionMs, writtenMs };
      await this.#tables.writeNotice(notice);
      if (this.#clock.monotonicMs() - begunMs > NOTICE_WRITE_MS) continue;
      if (this.#offer(notice, begunMs)) return;
      if (this.#storageClock.nowMs() >= positionMs - READ_AHEAD_MS) await this.#writeLane(notice);
      // The lane may have taken its time; a reader that takes over must still find the position.
      if (this.#clock.monotonicMs() - begunMs <= NOTICE_WRITE_MS) return;
    }
  }

  async #writeLane(notice: Notice): Promise<void> {
    for (;;) {
      const begunMs = this.#clock.monotonicMs();
      await this.#tables.writeLane({ ...notice, writtenMs: this.#storageClock.nowMs() });
      if (this.#clock.monotonicMs() - begunMs <= LANE_WRITE_MS) return;
    }
  }

  /** Nobody else can have read the shard before the notice was there: memory is enough. */
  #offer(notice: Notice, begunMs: number): boolean {
    for (const queue of this.#localQueues) {
      if (!queue.ownsSince(notice.shard, begunMs)) continue;
      queue.offer(notice);
      return true;
    }
    return false;
  }
}
