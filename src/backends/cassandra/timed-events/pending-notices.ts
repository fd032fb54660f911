import type { Uuid } from '../../../core/index.js';
import { Heap } from './heap.js';
import type { Notice } from './timed-tables.js';

/** A notice in memory, from when it is read until it is settled. */
export interface PendingNotice {
  readonly notice: Notice;
  readonly epoch: number;
  /** Of the latest row that stands for it. */
  positionMs: number;
  writtenMs: number;
  /** Not handed out before. */
  availableMs: number;
  /** Handed out, and neither settled nor postponed. */
  out: boolean;
}

export interface TakeWindow {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

/** What was settled is remembered this long: the same rows are read again meanwhile. */
const SETTLED_KEPT_MS = 15_000;

/** The same notice may be read several times, from the lane and from the table. */
export function identityOf(about: { readonly generation: Uuid; readonly nextMs: number }): string {
  return `${about.generation} ${about.nextMs}`;
}

const byTime = (left: PendingNotice, right: PendingNotice): number =>
  left.availableMs - right.availableMs;

/** All notices that a queue has read and not settled, in the order in which they come due. */
export class PendingNotices {
  readonly #known = new Map<string, PendingNotice>();
  readonly #heap = new Heap(byTime);
  /** Apart, so that a backlog costs what is on time nothing. */
  readonly #late = new Heap(byTime);
  readonly #settled = new Map<string, { readonly atMs: number; readonly writtenMs: number }>();

  get size(): number {
    return this.#known.size;
  }

  get lateSize(): number {
    return this.#late.size;
  }

  get(about: { readonly generation: Uuid; readonly nextMs: number }): PendingNotice | undefined {
    return this.#known.get(identityOf(about));
  }

  /** Whether it is new. `late`: it belongs to the backlog. */
  add(notice: Notice, epoch: number, late: boolean): boolean {
    const identity = identityOf(notice);
    // A later row means that somebody wants another look.
    if (notice.writtenMs <= (this.#settled.get(identity)?.writtenMs ?? 0)) return false;
    const before = this.#known.get(identity);
    if (before !== undefined) {
      before.positionMs = Math.max(before.positionMs, notice.positionMs);
      before.writtenMs = Math.max(before.writtenMs, notice.writtenMs);
      return false;
    }
    const { positionMs, writtenMs, nextMs: availableMs } = notice;
    const pending = { notice, epoch, positionMs, writtenMs, availableMs, out: false };
    this.#known.set(identity, pending);
    (late ? this.#late : this.#heap).push(pending);
    return true;
  }

  take(window: TakeWindow): readonly PendingNotice[] {
    const taken: PendingNotice[] = [];
    this.#takeFrom(this.#late, window, taken);
    this.#takeFrom(this.#heap, window, taken);
    return taken;
  }

  /** `nowMs` is of the monotonic clock. */
  settle(pending: PendingNotice, nowMs: number): void {
    const identity = identityOf(pending.notice);
    if (!this.#known.delete(identity)) return;
    this.#settled.delete(identity);
    this.#settled.set(identity, { atMs: nowMs, writtenMs: pending.writtenMs });
    for (const [oldest, { atMs }] of this.#settled) {
      if (nowMs - atMs <= SETTLED_KEPT_MS) break;
      this.#settled.delete(oldest);
    }
  }

  postpone(pending: PendingNotice, atMs: number): void {
    if (!pending.out) return;
    pending.out = false;
    pending.availableMs = atMs;
    this.#heap.push(pending);
  }

  /** Forgets it without a mark: it will be read again. */
  forget(pending: PendingNotice): void {
    this.#known.delete(identityOf(pending.notice));
  }

  forgetShard(shard: number): void {
    for (const [identity, { notice }] of this.#known) {
      if (notice.shard === shard) this.#known.delete(identity);
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

  /** Postponed ones that wait until after `afterMs` and hold their shard back below `belowMs`. */
  parked(afterMs: number, belowMs: number, limit: number): readonly PendingNotice[] {
    const found: PendingNotice[] = [];
    for (const pending of this.#known.values()) {
      if (pending.out || pending.positionMs >= belowMs || pending.availableMs <= afterMs) continue;
      found.push(pending);
      if (found.length >= limit) break;
    }
    return found;
  }

  #takeFrom(heap: Heap<PendingNotice>, window: TakeWindow, taken: PendingNotice[]): void {
    const { nowMs, fromMs, untilMs, limit } = window;
    const back: PendingNotice[] = [];
    for (let top = heap.peek(); top !== undefined && taken.length < limit; top = heap.peek()) {
      const { notice, availableMs, out } = top;
      // Postponed ones wait for their time to the full; the others may be handed out ahead of it.
      if (availableMs > (availableMs === notice.nextMs ? untilMs : nowMs)) break;
      heap.pop();
      if (out || this.get(notice) !== top) continue;
      if (notice.nextMs > untilMs) {
        back.push(top);
      } else if (notice.nextMs < fromMs) {
        this.#late.push(top);
        if (heap === this.#late) break;
      } else {
        top.out = true;
        taken.push(top);
      }
    }
    for (const pending of back) heap.push(pending);
  }
}
