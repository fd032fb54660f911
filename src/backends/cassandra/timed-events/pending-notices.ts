import { MinHeap, type Uuid } from '../../../core/index.js';
import type { Notice } from './timed-tables.js';

/** A notice in memory, from when it is read until it is settled. */
export interface PendingNotice {
  readonly notice: Notice;
  readonly epoch: number;
  /** Of the latest row that stands for it. */
  positionMs: number;
  writtenMs: number;
  /** Of the latest row when it was handed out: what whoever looks at the entry knows of. */
  handedMs: number;
  /** Handed out, and neither settled nor postponed. */
  out: boolean;
  /** By the monotonic clock: not handed out before. Undefined: at its time. */
  waitsUntilMs: number | undefined;
}

export interface TakeWindow {
  readonly monotonicMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

/** What was settled is remembered this long: the same rows are read again meanwhile. */
const SETTLED_KEPT_MS = 15_000;
/** As many notices as memory has room for, about half a kilobyte each; */
const ROOM = 50_000;
/** of one destination, so many; */
const ROOM_OF_DESTINATION = 10_000;
/** when there is no room left, so many, so that a new destination always gets in. */
const ROOM_WHEN_FULL = 200;

/** The same notice may be read several times, from the lane and from the table. */
function identityOf(about: { readonly generation: Uuid; readonly nextMs: number }): string {
  return `${about.generation} ${about.nextMs}`;
}

const byNext = (left: PendingNotice, right: PendingNotice): boolean =>
  left.notice.nextMs < right.notice.nextMs;
const byWait = (left: PendingNotice, right: PendingNotice): boolean =>
  (left.waitsUntilMs ?? 0) < (right.waitsUntilMs ?? 0);

/** The notices that a queue has read and not settled, in the order in which they come due. */
export class PendingNotices {
  readonly #known = new Map<string, PendingNotice>();
  readonly #ofDestination = new Map<string, number>();
  readonly #onTime = new MinHeap(byNext);
  /** Apart, so that a backlog costs what is on time nothing. */
  readonly #late = new MinHeap(byNext);
  readonly #waiting = new MinHeap(byWait);
  readonly #settled = new Map<string, { readonly atMs: number; readonly writtenMs: number }>();

  get lateSize(): number {
    return this.#late.size;
  }

  get(about: { readonly generation: Uuid; readonly nextMs: number }): PendingNotice | undefined {
    return this.#known.get(identityOf(about));
  }

  /** `full`: there is no room for it now. `late`: it belongs to the backlog. */
  add(notice: Notice, epoch: number, late: boolean): 'added' | 'known' | 'full' {
    const identity = identityOf(notice);
    // A later row means that somebody wants another look.
    if (notice.writtenMs <= (this.#settled.get(identity)?.writtenMs ?? 0)) return 'known';
    const before = this.#known.get(identity);
    if (before !== undefined) {
      before.positionMs = Math.max(before.positionMs, notice.positionMs);
      before.writtenMs = Math.max(before.writtenMs, notice.writtenMs);
      return 'known';
    }
    const { positionMs, writtenMs, destination } = notice;
    const there = this.#ofDestination.get(destination) ?? 0;
    if (there >= (this.#known.size < ROOM ? ROOM_OF_DESTINATION : ROOM_WHEN_FULL)) return 'full';
    const waitsUntilMs = undefined;
    const times = { positionMs, writtenMs, handedMs: writtenMs, waitsUntilMs };
    const pending = { notice, epoch, ...times, out: false };
    this.#known.set(identity, pending);
    this.#ofDestination.set(destination, there + 1);
    (late ? this.#late : this.#onTime).push(pending);
    return 'added';
  }

  take(window: TakeWindow): readonly PendingNotice[] {
    this.#wake(window.monotonicMs);
    const taken: PendingNotice[] = [];
    this.#takeFrom(this.#late, window, taken);
    this.#takeFrom(this.#onTime, window, taken);
    return taken;
  }

  /**
   * It needs no further look, unless a row was written after it had been handed out: then it is
   * handed out again. `nowMs` is of the monotonic clock.
   */
  settle(pending: PendingNotice, nowMs: number): void {
    if (pending.writtenMs > pending.handedMs) {
      this.postpone(pending, nowMs);
      return;
    }
    if (!this.forget(pending)) return;
    const identity = identityOf(pending.notice);
    this.#settled.delete(identity);
    this.#settled.set(identity, { atMs: nowMs, writtenMs: pending.writtenMs });
    for (const [oldest, { atMs }] of this.#settled) {
      if (nowMs - atMs <= SETTLED_KEPT_MS) break;
      this.#settled.delete(oldest);
    }
  }

  /** `untilMs` is of the monotonic clock. */
  postpone(pending: PendingNotice, untilMs: number): void {
    if (!pending.out) return;
    pending.out = false;
    pending.waitsUntilMs = untilMs;
    this.#waiting.push(pending);
  }

  /** Without a mark: it may be read again. Whether it was known. */
  forget({ notice }: PendingNotice): boolean {
    if (!this.#known.delete(identityOf(notice))) return false;
    const { destination } = notice;
    const left = (this.#ofDestination.get(destination) ?? 1) - 1;
    if (left === 0) this.#ofDestination.delete(destination);
    else this.#ofDestination.set(destination, left);
    return true;
  }

  forgetShard(shard: number): void {
    for (const pending of this.#known.values()) {
      if (pending.notice.shard === shard) this.forget(pending);
    }
    // Another owner may have settled them wrongly for us: whoever owns the shard looks for himself.
    this.#settled.clear();
  }

  /** The lowest position of each shard. */
  lowestPositions(): ReadonlyMap<number, number> {
    const lowest = new Map<number, number>();
    for (const { notice, positionMs } of this.#known.values()) {
      const before = lowest.get(notice.shard) ?? Number.POSITIVE_INFINITY;
      if (positionMs < before) lowest.set(notice.shard, positionMs);
    }
    return lowest;
  }

  /** Postponed ones that wait until after `afterMs` (monotonic) and stand below `belowMs`. */
  waitingLong(afterMs: number, belowMs: number, limit: number): readonly PendingNotice[] {
    const found: PendingNotice[] = [];
    for (const pending of this.#known.values()) {
      const { out, positionMs, waitsUntilMs } = pending;
      if (out || positionMs >= belowMs || (waitsUntilMs ?? 0) <= afterMs) continue;
      found.push(pending);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Lets those that have waited to the full be handed out again. */
  #wake(monotonicMs: number): void {
    for (let top = this.#waiting.top; top !== undefined; top = this.#waiting.top) {
      if ((top.waitsUntilMs ?? 0) > monotonicMs) return;
      this.#waiting.pop();
      if (this.get(top.notice) !== top || top.out) continue;
      top.waitsUntilMs = undefined;
      this.#onTime.push(top);
    }
  }

  #takeFrom(heap: MinHeap<PendingNotice>, window: TakeWindow, taken: PendingNotice[]): void {
    const { fromMs, untilMs, limit } = window;
    for (let top = heap.top; top !== undefined && taken.length < limit; top = heap.top) {
      if (top.notice.nextMs > untilMs) return;
      // what is late waits in its heap for a window that reaches so far back
      if (top.notice.nextMs < fromMs && heap === this.#late) return;
      heap.pop();
      if (top.out || top.waitsUntilMs !== undefined || this.get(top.notice) !== top) continue;
      if (top.notice.nextMs < fromMs) {
        this.#late.push(top);
        continue;
      }
      top.out = true;
      top.handedMs = top.writtenMs;
      taken.push(top);
    }
  }
}
