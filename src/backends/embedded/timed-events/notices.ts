import { MinHeap, type Uuid } from '../../../core/index.js';
import type { DueRow } from './due-row.js';
import type { IdRange } from './passed-ranges.js';

/**
 * - `ready`: to be looked at.
 * - `handed`: in the hands of the poller.
 * - `postponed`: by the poller. `settled`: by the poller; looked at once more, should it be wrong.
 * - `left`: to the poller that others agree on. `foreign`: under attempt elsewhere.
 */
type Standing = 'ready' | 'handed' | 'postponed' | 'settled' | 'left' | 'foreign';

interface Notice {
  readonly id: string;
  generation: Uuid;
  change: Uuid;
  readonly metMs: number;
  standing: Standing;
  epoch: number;
  /** While it was handed out, the same notice was written again. */
  again: boolean;
  /** Rises with each move: what the heaps say of earlier ones does not count. */
  moves: number;
}

interface Ticket {
  readonly notice: Notice;
  readonly moves: number;
  readonly atMs: number;
}

/** Names what a poller has in its hands. */
export interface HandedNotice {
  readonly id: string;
  readonly generation: Uuid;
  readonly epoch: number;
}

const SETTLED_MS = 1_000;

/** What one poller remembers of the notices that its scan has passed. */
export class Notices {
  readonly #known = new Map<string, Notice>();
  readonly #ready = new MinHeap<Ticket>(isEarlier);
  /** What is ready below the split: a backlog must not stand before what is on time. */
  readonly #readyLate = new MinHeap<Ticket>(isEarlier);
  #split = '';
  readonly #parked = new MinHeap<Ticket>((left, right) => left.atMs < right.atMs);
  /** Rises when something was written that may have to be handed out. */
  arrivals = 0;

  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** When it was met first; undefined when it is not known. */
  metMs(id: string): number | undefined {
    return this.#known.get(id)?.metMs;
  }

  /** A row that was written behind the scan, or may have been. */
  written(row: DueRow, nowMs: number): void {
    const notice = this.#known.get(row.id);
    if (notice === undefined || notice.generation !== row.generation) {
      this.#move(this.#meet(row, nowMs), 'ready');
      this.arrivals += 1;
      return;
    }
    const isNew = notice.change !== row.change;
    const isPending = row.claim === undefined;
    const { standing } = notice;
    if (standing === 'foreign' || (standing === 'settled' && isNew)) {
      this.#move(notice, 'ready');
      this.arrivals += 1;
    } else if (standing === 'handed' && isNew && isPending) {
      notice.again = true;
    }
  }

  hand(row: DueRow, epoch: number, nowMs: number): void {
    const notice = this.#of(row, nowMs);
    notice.epoch = epoch;
    this.#move(notice, 'handed');
  }

  park(row: DueRow, standing: 'left' | 'foreign', atMs: number, nowMs: number): void {
    this.#move(this.#of(row, nowMs), standing, atMs);
  }

  settle(handed: HandedNotice, nowMs: number): void {
    const notice = this.#handed(handed);
    if (notice?.standing !== 'handed') return;
    if (notice.again) this.#move(notice, 'ready');
    else this.#move(notice, 'settled', nowMs + SETTLED_MS);
  }

  postpone(handed: HandedNotice, atMs: number): void {
    const notice = this.#handed(handed);
    if (notice?.standing !== 'handed' && notice?.standing !== 'postponed') return;
    this.#move(notice, 'postponed', atMs);
  }

  forget(id: string): void {
    const notice = this.#known.get(id);
    if (notice === undefined) return;
    notice.moves += 1;
    this.#known.delete(id);
  }

  /** All of a standing are looked at again. */
  release(...standings: readonly Standing[]): void {
    for (const notice of this.#known.values()) {
      if (standings.includes(notice.standing)) this.#move(notice, 'ready');
    }
  }

  /** Makes ready what was parked until then, some of it. Answers whether there is more. */
  wake(nowMs: number, limit: number): boolean {
    for (let woken = 0; this.nextWakeMs() <= nowMs; woken += 1) {
      if (woken === limit) return true;
      const ticket = this.#parked.pop();
      if (ticket !== undefined) this.#move(ticket.notice, 'ready');
    }
    return false;
  }

  /** When the next parked one wakes; Infinity without one. */
  nextWakeMs(): number {
    return topOf(this.#parked)?.atMs ?? Infinity;
  }

  /** The first of a range that is ready, in the order of the table. */
  firstReady({ from, to }: IdRange): string | undefined {
    if (from > this.#split) this.#split = from;
    for (let top = topOf(this.#ready); top; top = topOf(this.#ready)) {
      if (top.notice.id >= this.#split) break;
      this.#ready.pop();
      this.#readyLate.push(top);
    }
    const ids = [topOf(this.#readyLate)?.notice.id, topOf(this.#ready)?.notice.id];
    return ids.find((id) => id !== undefined && from <= id && id < to);
  }

  #handed({ id, generation, epoch }: HandedNotice): Notice | undefined {
    const notice = this.#known.get(id);
    return notice?.generation === generation && notice.epoch === epoch ? notice : undefined;
  }

  #of(row: DueRow, nowMs: number): Notice {
    const notice = this.#known.get(row.id);
    if (notice?.generation !== row.generation) return this.#meet(row, nowMs);
    notice.change = row.change;
    return notice;
  }

  #meet({ id, generation, change }: DueRow, metMs: number): Notice {
    const standing = 'ready' as const;
    const fresh = { id, generation, change, metMs, standing, epoch: 0, again: false, moves: 0 };
    const old = this.#known.get(id);
    if (old !== undefined) old.moves += 1;
    this.#known.set(id, fresh);
    return fresh;
  }

  #move(notice: Notice, standing: Standing, atMs = 0): void {
    notice.standing = standing;
    notice.again = false;
    notice.moves += 1;
    const ticket = { notice, moves: notice.moves, atMs };
    if (standing === 'ready') this.#ready.push(ticket);
    else if (standing !== 'handed') this.#parked.push(ticket);
  }
}

function isEarlier(left: Ticket, right: Ticket): boolean {
  return left.notice.id < right.notice.id;
}

/** The top ticket that still counts. */
function topOf(heap: MinHeap<Ticket>): Ticket | undefined {
  for (;;) {
    const ticket = heap.top;
    if (ticket === undefined || ticket.moves === ticket.notice.moves) return ticket;
    heap.pop();
  }
}
