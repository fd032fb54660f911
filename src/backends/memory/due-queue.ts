import {
  destinationOf,
  nextMsOf,
  type Claim,
  type TimedEvent,
  type Uuid,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { DueEntry, DueQueue, DueWindow } from '../../storage/index.js';
import { compareNames, type MemoryTables } from './schema.js';
import type { Poller, TimedTable } from './timed-table.js';

/** A poller that has not taken for so long is gone. */
const HOLD_MS = 3_000;
/** A poller at its limit is not woken in a tight loop. */
const FULL_WAIT_MS = 20;
/** `take` is called at least so often, also when nothing comes due. */
const WAIT_MAX_MS = 500;

export class MemoryDueQueue implements DueQueue, Poller {
  readonly #id: Uuid;
  readonly #table: TimedTable;
  readonly #tables: MemoryTables;
  readonly #components: Components;
  epoch = 1;
  #takenMonotonicMs: number;
  #aheadMs = 0;
  #fromMs = 0;
  #without: ReadonlySet<string> = new Set();
  #full = false;
  #seenChanges = 0;
  #leaving = false;
  #closed = false;

  constructor(id: Uuid, table: TimedTable, tables: MemoryTables, components: Components) {
    this.#id = id;
    this.#table = table;
    this.#tables = tables;
    this.#components = components;
    this.#takenMonotonicMs = components.clock.monotonicMs();
    table.join(id, this);
  }

  /** A poller that leaves keeps its claims until it closes. */
  get holding(): boolean {
    if (this.#leaving) return true;
    return this.#components.clock.monotonicMs() - this.#takenMonotonicMs < HOLD_MS;
  }

  async take(window: DueWindow): Promise<readonly DueEntry[]> {
    const { nowMs, fromMs, untilMs, limit, without = new Set() } = window;
    this.#tables.requireOpen();
    if (this.#closed || this.#leaving) return [];
    if (!this.holding) this.epoch += 1;
    this.#takenMonotonicMs = this.#components.clock.monotonicMs();
    this.#seenChanges = this.#table.changes;
    this.#aheadMs = untilMs - nowMs;
    this.#fromMs = fromMs;
    this.#without = without;
    this.#table.purge(nowMs);
    const due = this.#table
      .all()
      .filter((event) => this.#isWanted(event) && isWithin(event, fromMs, untilMs))
      .filter((event) => this.#freeAtMs(event) <= nowMs)
      .sort(compareDue)
      .slice(0, limit);
    this.#full = due.length >= limit;
    return due.map((event) => this.#handOut(event));
  }

  holds({ epoch }: DueEntry): boolean {
    if (this.#leaving || this.#closed || this.#tables.closed) return false;
    return epoch === this.epoch && this.holding;
  }

  settle(entry: DueEntry): void {
    if (this.#hasInHands(entry)) this.#table.release(entry.key);
  }

  postpone(entry: DueEntry, atMs: number): void {
    if (!this.#hasInHands(entry)) return;
    const { key, epoch, generation, nextMs } = entry;
    this.#table.hold(key, { poller: this.#id, epoch, generation, nextMs, atMs });
  }

  isGone(claim: Claim): boolean {
    if (claim.poller === this.#id) return claim.epoch < this.epoch;
    return this.#table.isGone(claim);
  }

  async arrival(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#closed || this.#tables.closed) return;
    const { clock, timers } = this.#components;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const forget = this.#table.onWake(end);
    signal.addEventListener('abort', end, { once: true });
    const restMs = Math.max(0, this.#nextLookMs() - clock.nowMs());
    await timers.sleep(Math.min(ms, WAIT_MAX_MS, restMs), ended.signal);
    signal.removeEventListener('abort', end);
    forget();
  }

  handOver(): Promise<void> {
    this.#leaving = true;
    this.#table.releaseAll(this.#id);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#table.leave(this.#id);
  }

  /** When something may have to be handed out. */
  #nextLookMs(): number {
    const nowMs = this.#components.clock.nowMs();
    if (this.#full) return nowMs + FULL_WAIT_MS;
    if (this.#seenChanges !== this.#table.changes) return nowMs;
    // neither what is left of a backlog nor what is left out wakes anybody
    return this.#table
      .all()
      .filter((event) => this.#isWanted(event) && isWithin(event, this.#fromMs, Infinity))
      .reduce((earliestMs, event) => Math.min(earliestMs, this.#freeAtMs(event)), Infinity);
  }

  #isWanted({ key }: TimedEvent): boolean {
    return !this.#without.has(key.application);
  }

  /** When an entry may be handed out here, as things are now; Infinity: not for now. */
  #freeAtMs(event: TimedEvent): number {
    const { state } = event;
    const nextMs = nextMsOf(event);
    if (nextMs === undefined) return Infinity;
    const isTaken = state.status === 'PROCESSING' && state.claim.poller !== this.#id;
    if (isTaken && !this.isGone(state.claim)) return Infinity;
    const hold = this.#table.holdOn(event);
    if (hold === undefined) return nextMs - this.#aheadMs;
    return hold.poller === this.#id ? (hold.atMs ?? Infinity) : Infinity;
  }

  #handOut(event: TimedEvent): DueEntry {
    const { key, generation, plan } = event;
    const nextMs = nextMsOf(event) ?? plan.dueMs;
    const { epoch } = this;
    const writtenMs = Number.NEGATIVE_INFINITY;
    this.#table.hold(key, { poller: this.#id, epoch, generation, nextMs, atMs: undefined });
    const destination = destinationOf(plan.target);
    return { key, generation, nextMs, destination, writtenMs, epoch };
  }

  #hasInHands({ key, generation, nextMs, epoch }: DueEntry): boolean {
    // whatever has become of the entry: a replay may be due at the same ms
    const hold = this.#table.holdOf(key);
    return (
      hold?.poller === this.#id &&
      hold.epoch === epoch &&
      hold.generation === generation &&
      hold.nextMs === nextMs
    );
  }
}

function isWithin(event: TimedEvent, fromMs: number, untilMs: number): boolean {
  const nextMs = nextMsOf(event);
  return nextMs !== undefined && fromMs <= nextMs && nextMs <= untilMs;
}

function compareDue(left: TimedEvent, right: TimedEvent): number {
  return (
    (nextMsOf(left) ?? 0) - (nextMsOf(right) ?? 0) ||
    compareNames(left.key.application, right.key.application) ||
    compareNames(left.key.eventId, right.key.eventId)
  );
}
