import { MinHeap, type Uuid } from '../../../core/index.js';
import { NoticeLanes } from './notice-lanes.js';
import type { PendingNotice } from './pending-notice.js';
import type { Notice } from './timed-tables.js';

export interface TakeWindow {
  readonly monotonicMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
  /** Applications whose notices stay. */
  readonly without?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** What was settled is remembered this long: the same rows are read again meanwhile. */
const SETTLED_KEPT_MS = 15_000;
/** As many notices as memory has room for, about half a kilobyte each; */
const ROOM = 50_000;
/** of one source, so many; */
const ROOM_OF_SOURCE = 10_000;
/** when there is no room left, so many, so that a new source always gets in. */
const ROOM_WHEN_FULL = 200;

/**
 * What memory is bounded by: an application and a destination of it. So neither a dead destination
 * nor an application with very many entries keeps others out.
 */
export function sourceOf({ key, destination }: Pick<Notice, 'key' | 'destination'>): string {
  return `${key.application}\n${destination}`;
}

/** The same notice may be read several times, from the lane and from the table. */
function identityOf(about: { readonly generation: Uuid; readonly nextMs: number }): string {
  return `${about.generation} ${about.nextMs}`;
}

const byWait = (left: PendingNotice, right: PendingNotice): boolean =>
  (left.waitsUntilMs ?? 0) < (right.waitsUntilMs ?? 0);

/** The notices that a queue has read and not settled, in the order in which they come due. */
export class PendingNotices {
  readonly #known = new Map<string, PendingNotice>();
  readonly #ofSource = new Map<string, number>();
  readonly #onTime = new NoticeLanes();
  /** Apart, so that a backlog costs what is on time nothing. */
  readonly #late = new NoticeLanes();
  readonly #waiting = new MinHeap(byWait);
  readonly #settled = new Map<string, { readonly atMs: number; readonly writtenMs: number }>();

  /** Late ones that may be taken: what is left out must not keep the rest of a backlog out. */
  get lateSize(): number {
    return this.#late.wantedSize;
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
    const { positionMs, writtenMs } = notice;
    const source = sourceOf(notice);
    const there = this.#ofSource.get(source) ?? 0;
    if (there >= (this.#known.size < ROOM ? ROOM_OF_SOURCE : ROOM_WHEN_FULL)) return 'full';
    const waitsUntilMs = undefined;
    const times = { positionMs, writtenMs, handedMs: writtenMs, waitsUntilMs };
    const pending = { notice, epoch, ...times, out: false };
    this.#known.set(identity, pending);
    this.#ofSource.set(source, there + 1);
    (late ? this.#late : this.#onTime).push(pending);
    return 'added';
  }

  take(window: TakeWindow): readonly PendingNotice[] {
    this.#wake(window.monotonicMs);
    const taken: PendingNotice[] = [];
    while (taken.length < window.limit) {
      const next = this.#next(window);
      if (next === undefined) break;
      next.out = true;
      next.handedMs = next.writtenMs;
      taken.push(next);
    }
    this.#late.restore();
    this.#onTime.restore();
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
    const source = sourceOf(notice);
    const left = (this.#ofSource.get(source) ?? 1) - 1;
    if (left === 0) this.#ofSource.delete(source);
    else this.#ofSource.set(source, left);
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

  /** Those of applications that are left out, and that stand below `belowMs`. */
  leftOutLong(belowMs: number, limit: number): readonly PendingNotice[] {
    const found: PendingNotice[] = [];
    for (const pending of this.#known.values()) {
      const { application } = pending.notice.key;
      if (pending.out || pending.positionMs >= belowMs) continue;
      if (!this.#late.leavesOut(application) && !this.#onTime.leavesOut(application)) continue;
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

  /** The earliest one of the window, taken out of its lane. */
  #next({ fromMs, untilMs, without = NONE }: TakeWindow): PendingNotice | undefined {
    for (;;) {
      const lanes = this.#earlier(fromMs, without);
      const next = lanes.first(without);
      if (next === undefined || next.notice.nextMs > untilMs) return undefined;
      lanes.shift();
      if (next.out || next.waitsUntilMs !== undefined || this.get(next.notice) !== next) continue;
      if (next.notice.nextMs >= fromMs) return next;
      this.#late.push(next);
    }
  }

  /** Whose first one comes first. What is late waits for a window that reaches so far back. */
  #earlier(fromMs: number, without: ReadonlySet<string>): NoticeLanes {
    const lateMs = this.#late.first(without)?.notice.nextMs;
    if (lateMs === undefined || lateMs < fromMs) return this.#onTime;
    return lateMs <= (this.#onTime.first(without)?.notice.nextMs ?? Infinity)
      ? this.#late
      : this.#onTime;
  }
}
