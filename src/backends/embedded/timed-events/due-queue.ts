import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Claim, Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { DueEntry, DueQueue, DueWindow } from '../../../storage/index.js';
import type { Engine } from '../engine.js';
import type { Tables } from '../schema.js';
import type { ChangeSignal } from './change-signal.js';
import { applicationInIds, applicationOfId, dueId, entryOf, timeOfId } from './due-row.js';
import type { DueRow } from './due-row.js';
import { dueRange, DueScan, rowAt, type ScannedRows, type ScanWindow } from './due-scan.js';
import { behind } from './due-walk.js';
import { entryKey, timeKey } from './keys.js';
import { Lease } from './lease.js';
import { Notices, type HandedNotice } from './notices.js';
import { Peers } from './peers.js';
import type { Retention } from './retention.js';

/** Rows looked at before others get their turn. */
const STEP_ROWS = 200;
/** Also when few are asked for: many may have to be passed over. */
const LOOKS_MIN = 40;
const WAKE_STEP = 500;
/** Others get an entry first, for so long. */
const LEFT_MS = 250;
/** When an attempt elsewhere is looked at again. That its poller goes is noticed at once. */
const FOREIGN_MS = 1_000;
/** How soon it is seen that another process has written something. */
const POLL_MS = 50;
/** A poller at its limit is not woken in a tight loop. */
const FULL_WAIT_MS = 20;
const FAR_MS = 1e14;

export interface QueueParts {
  readonly engine: Engine;
  readonly components: Components;
  readonly changes: ChangeSignal;
  readonly retention: Retention;
}

/** What comes due, for one poller: the pass over the table, and what it has met there. */
export class EmbeddedDueQueue implements DueQueue {
  readonly #own: Uuid;
  readonly #parts: QueueParts;
  readonly #lease: Lease;
  readonly #peers: Peers;
  readonly #scan: DueScan;
  readonly #notices = new Notices();
  readonly #closing = new AbortController();
  #beating: Promise<void> | undefined;
  #epoch = 0;
  #aheadMs = 0;
  #fromMs = 0;
  #without: ReadonlySet<string> = new Set();
  #full = false;
  #seenArrivals = 0;

  constructor(own: Uuid, parts: QueueParts) {
    const { clock } = parts.components;
    this.#own = own;
    this.#parts = parts;
    this.#lease = new Lease(parts.engine, own, clock);
    this.#peers = new Peers(own, clock);
    this.#scan = new DueScan(parts.engine.snapshot());
  }

  /** Makes itself known to the others, before it has anything. */
  async open(): Promise<void> {
    await this.#lease.beat();
  }

  async take(window: DueWindow): Promise<readonly DueEntry[]> {
    this.#parts.engine.snapshot();
    if (this.#leaves) return [];
    if (!this.#lease.holding) await this.#lease.beat();
    this.#keepUp(window.nowMs);
    this.#aheadMs = window.untilMs - window.nowMs;
    this.#fromMs = window.fromMs;
    this.#without = new Set([...(window.without ?? [])].map(applicationInIds));
    while (this.#readLog()) await nextTurn();
    this.#seenArrivals = this.#notices.arrivals;
    while (this.#notices.wake(window.nowMs, WAKE_STEP)) await nextTurn();
    const taken: DueEntry[] = [];
    const range = dueRange(window.fromMs, window.untilMs);
    const wanted = { range, without: this.#without };
    while (this.#step(window, wanted, taken)) await nextTurn();
    this.#full = taken.length >= window.limit;
    return taken;
  }

  holds({ epoch }: DueEntry): boolean {
    if (this.#leaves || this.#parts.engine.closed) return false;
    return this.#lease.holding && this.#lease.epoch === epoch;
  }

  settle(entry: DueEntry): void {
    this.#notices.settle(handedOf(entry), this.#parts.components.clock.nowMs());
  }

  postpone(entry: DueEntry, atMs: number): void {
    this.#notices.postpone(handedOf(entry), atMs);
  }

  isGone(claim: Claim): boolean {
    if (this.#parts.engine.closed) return false;
    return this.#isGone(this.#parts.engine.snapshot(), claim);
  }

  async arrival(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts.components;
    const untilMs = clock.monotonicMs() + ms;
    if (this.#full) await this.#sleep(Math.min(ms, FULL_WAIT_MS), signal);
    for (;;) {
      if (signal.aborted || this.#lease.closed || this.#parts.engine.closed) return;
      this.#readLog();
      if (this.#notices.arrivals !== this.#seenArrivals) return;
      const restMs = Math.min(
        untilMs - clock.monotonicMs(),
        this.#lease.restMs,
        this.#nextLookMs() - clock.nowMs(),
      );
      if (restMs <= 0) return;
      await this.#sleep(Math.min(restMs, POLL_MS), signal);
    }
  }

  /** Others take what is overdue by a moment; nobody calls `take` any more, so beats go on here. */
  handOver(): Promise<void> {
    this.#beating ??= this.#keepBeating();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#beating;
    await this.#lease.close();
    this.#parts.changes.wake();
  }

  get #leaves(): boolean {
    return this.#beating !== undefined || this.#lease.closed;
  }

  async #keepBeating(): Promise<void> {
    const { timers } = this.#parts.components;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await timers.sleep(this.#lease.restMs, signal);
      if (!signal.aborted) await this.#lease.beat().catch(() => undefined);
    }
  }

  /** What has to be done now and then, beside the taking. */
  #keepUp(nowMs: number): void {
    const { engine, retention } = this.#parts;
    if (this.#lease.restMs === 0) this.#inBackground(this.#lease.beat());
    // what an earlier epoch was handed may be lost without a word: it is handed out anew
    if (this.#lease.epoch !== this.#epoch) this.#notices.release('handed');
    this.#epoch = this.#lease.epoch;
    this.#inBackground(retention.stepIfTime(nowMs));
    if (this.#peers.look(engine.snapshot())) this.#notices.release('foreign', 'left');
    if (!this.#peers.hasForgotten) return;
    this.#inBackground(engine.write(() => this.#peers.removeForgotten(engine.tables)));
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      const { logger } = this.#parts.components;
      logger.warn({ error: String(error) }, 'the upkeep of timed events failed, will try again');
    });
  }

  #readLog(): boolean {
    const nowMs = this.#parts.components.clock.nowMs();
    return this.#scan.readLog(this.#parts.engine.snapshot(), this.#notices, nowMs);
  }

  /** Looks at some rows, the earliest first. Answers whether there may be more to take. */
  #step(window: DueWindow, wanted: ScanWindow, taken: DueEntry[]): boolean {
    const tables = this.#parts.engine.snapshot();
    const room = window.limit - taken.length;
    const looksMax = Math.min(STEP_ROWS, Math.max(LOOKS_MIN, 2 * room));
    const scanned = this.#scan.next(tables, wanted, looksMax);
    const { rows = [], to = wanted.range.to } = scanned ?? {};
    let passed = 0;
    for (let looked = 0; looked < 2 * STEP_ROWS; looked += 1) {
      if (this.#lease.closed || taken.length >= window.limit) {
        this.#pass(scanned, passed);
        return false;
      }
      const row = rows[passed];
      const end = row === undefined ? to : behind(row.id);
      const ready = this.#notices.firstReady({ from: wanted.range.from, to: end });
      if (ready !== undefined) {
        this.#lookAt(tables, ready, window, taken);
      } else if (row === undefined) {
        this.#pass(scanned, passed);
        return scanned !== undefined;
      } else {
        passed += 1;
        if (this.#notices.knows(row.id)) this.#notices.written(row, window.nowMs);
        else this.#judge(tables, row, window, taken);
      }
    }
    this.#pass(scanned, passed);
    return true;
  }

  /** The first `count` of the rows were looked at. */
  #pass(scanned: ScannedRows | undefined, count: number): void {
    if (scanned === undefined) return;
    if (count === scanned.rows.length) this.#scan.pass(scanned);
    else if (count > 0) this.#scan.pass(scanned, scanned.rows[count - 1]);
  }

  /** What is ready and not wanted is forgotten: the scan finds it once it is. */
  #lookAt(tables: Tables, id: string, window: DueWindow, taken: DueEntry[]): void {
    const isLeftOut = this.#without.has(applicationOfId(id));
    const row = isLeftOut ? undefined : rowAt(tables, id);
    if (row !== undefined) {
      this.#judge(tables, row, window, taken);
      return;
    }
    this.#notices.forget(id);
    if (isLeftOut) this.#scan.leaveOut(id);
  }

  #judge(tables: Tables, row: DueRow, { nowMs }: DueWindow, taken: DueEntry[]): void {
    const { claim } = row;
    if (claim !== undefined && claim.poller !== this.#own && !this.#isGone(tables, claim)) {
      this.#notices.park(row, 'foreign', nowMs + FOREIGN_MS, nowMs);
      return;
    }
    const metMs = this.#notices.metMs(row.id) ?? nowMs;
    const leftUntilMs = Math.max(row.nextMs, metMs) + LEFT_MS;
    if (claim === undefined && nowMs < leftUntilMs && !this.#peers.prefers(row.id)) {
      this.#notices.park(row, 'left', leftUntilMs, nowMs);
      return;
    }
    this.#notices.hand(row, this.#epoch, nowMs);
    taken.push(entryOf(row, this.#epoch));
  }

  #isGone(tables: Tables, claim: Pick<Claim, 'poller' | 'epoch'>): boolean {
    if (claim.poller === this.#own) return claim.epoch < this.#lease.epoch;
    return this.#peers.isGone(tables, claim);
  }

  /** When something may have to be handed out. What is left of a backlog wakes nobody. */
  #nextLookMs(): number {
    const range = dueRange(this.#fromMs, FAR_MS);
    const ready = this.#notices.firstReady(range);
    const readyMs = ready === undefined ? Infinity : timeOfId(ready);
    const wanted = { range, without: this.#without };
    const aheadMs = this.#scan.nextMs(this.#parts.engine.snapshot(), wanted);
    return Math.min(Math.min(readyMs, aheadMs) - this.#aheadMs, this.#notices.nextWakeMs());
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    // without a reason it would make an error with its stack
    const end = (): void => ended.abort('woken');
    const forget = this.#parts.changes.onWake(end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await this.#parts.components.timers.sleep(ms, ended.signal);
    signal.removeEventListener('abort', end);
    forget();
  }
}

function handedOf({ key, generation, nextMs, epoch }: DueEntry): HandedNotice {
  return { id: dueId(timeKey(nextMs, entryKey(key))), generation, epoch };
}
