import type { DueEntry } from '../storage/index.js';
import type { CallVerdict } from './circuit-breaker.js';
import { DueHeap } from './due-heap.js';
import { Gate, type Cap, type Ticket } from './gate.js';
import { TokenBucket } from './token-bucket.js';
import { STEP_BACK_MAX_MS, visit } from './visit.js';
import type { VisitTools } from './visit-tools.js';
import { WaitingLines } from './waiting-lines.js';

interface Held {
  readonly entry: DueEntry;
  readonly late: boolean;
}

/** Late entries held at once: some seconds' worth. The rest waits in the storage. */
const LATE_HELD_MAX = 2_000;
/** When its line is too long, an entry comes again after about this long. */
const LINE_FULL_WAIT_MS = 1_000;
/** The same generation is under way here: its report is likely just being written. */
const SAME_UNDER_WAY_WAIT_MS = 100;
const NOT_READY_WAIT_MS = 500;
const AFTER_FAULT_MS = 1_000;
/** Reports that wait for the storage beyond the calls under way; more keep their tickets. */
const REPORTS_MAX = 4_096;
/** A call that ends lets two begin, so that a line regains what it is allowed. */
const BEGUN_BY_AN_END = 2;

/** Holds what was taken, and lets each entry go at its time, within the limits of the gate. */
export class Departures {
  readonly #tools: VisitTools;
  readonly #gate: Gate;
  readonly #onTime = new DueHeap<Held>();
  readonly #late = new DueHeap<Held>();
  readonly #bucket: TokenBucket;
  readonly #lines: WaitingLines<Held>;
  /** Generations that are being looked at or called. */
  readonly #underWay = new Map<string, AbortController>();
  readonly #idleWaiters: (() => void)[] = [];
  #closed = false;

  constructor(tools: VisitTools) {
    const { gate, heldMax, catchUpPerSecond } = tools.settings;
    this.#tools = tools;
    this.#gate = new Gate(gate);
    this.#bucket = new TokenBucket(catchUpPerSecond);
    this.#lines = new WaitingLines(heldMax);
  }

  /** How many more entries may be added. */
  get room(): number {
    return Math.max(0, this.#tools.settings.heldMax - this.#onTime.size);
  }

  get lateRoom(): number {
    return Math.max(0, LATE_HELD_MAX - this.#late.size);
  }

  add(entry: DueEntry, nowMs: number): void {
    const late = nowMs - entry.nextMs > this.#tools.settings.lateAfterMs;
    if (late) this.#tools.counts.late += 1;
    (late ? this.#late : this.#onTime).push(entry.nextMs, { entry, late });
  }

  /** Begins what is due. Returns when it wants to be called next; infinite when it has nothing. */
  run(nowMs: number): number {
    const { waits, settings } = this.#tools;
    const { claimAheadMs } = settings;
    const setBack = waits.firstMs - nowMs > claimAheadMs + STEP_BACK_MAX_MS;
    waits.release(setBack ? Number.POSITIVE_INFINITY : nowMs);
    for (;;) {
      const held = this.#onTime.popUntil(nowMs + claimAheadMs);
      if (held === undefined) break;
      this.#begin(held, nowMs);
    }
    this.#bucket.refill(nowMs);
    while (this.#bucket.hasOne) {
      const held = this.#late.popUntil(Number.POSITIVE_INFINITY);
      if (held === undefined) break;
      this.#begin(held, nowMs);
    }
    const lateMs = this.#late.size === 0 ? Number.POSITIVE_INFINITY : nowMs + this.#bucket.waitMs;
    return Math.min(this.#onTime.firstMs - claimAheadMs, waits.firstMs, lateMs);
  }

  /** Resolves once nothing is under way; nothing may be begun meanwhile. */
  idle(): Promise<void> {
    if (this.#underWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Waits for nothing any more and tells the queue nothing: it is being closed. */
  close(): void {
    this.#closed = true;
    // one signal each: storages and timers listen to them, and one for all has too many listeners
    for (const ending of this.#underWay.values()) ending.abort();
  }

  /** Lets one go, or puts it where it has to wait. `from`: the line that it stands first in. */
  #begin(held: Held, nowMs: number, from?: string): 'begun' | 'moved' | 'stay' {
    const { entry, late } = held;
    const { queue, mayBegin } = this.#tools;
    // what is not ours any more, its new owner has
    if (!queue.holds(entry)) return 'moved';
    if (!mayBegin()) {
      this.#postpone(entry, nowMs + NOT_READY_WAIT_MS);
      return 'moved';
    }
    if (this.#underWay.has(entry.generation)) {
      this.#postpone(entry, nowMs + SAME_UNDER_WAY_WAIT_MS);
      return 'moved';
    }
    if (late && !this.#bucket.hasOne) {
      this.#late.push(entry.nextMs, held);
      return 'moved';
    }
    const { destination, key } = entry;
    const chance = this.#tools.components.random.next();
    const admission = this.#gate.admit(destination, key.application, nowMs, chance);
    if (admission.kind === 'admitted') {
      if (late) this.#bucket.takeOne();
      void this.#run(entry, admission.ticket);
      return 'begun';
    }
    if (admission.by === 'open') {
      this.#postpone(entry, admission.retryAtMs);
      return 'moved';
    }
    const line = lineOf(admission.by, entry);
    if (line === from) return 'stay';
    if (!this.#lines.join(line, held)) {
      this.#postpone(entry, nowMs + Math.ceil(LINE_FULL_WAIT_MS * (0.5 + chance)));
    }
    return 'moved';
  }

  /** One visit, from its admission to its end. Never rejects. */
  async #run(entry: DueEntry, ticket: Ticket): Promise<void> {
    const { queue, components, counts } = this.#tools;
    const ending = new AbortController();
    this.#underWay.set(entry.generation, ending);
    let verdict: CallVerdict = 'none';
    const release = (result: CallVerdict): void => {
      verdict = result;
      if (this.#underWay.size <= this.#gate.active + REPORTS_MAX) this.#release(ticket, verdict);
    };
    try {
      const next = await visit(entry, this.#tools, { release, signal: ending.signal });
      if (this.#closed) return;
      if (next.kind === 'settle') queue.settle(entry);
      else if (next.kind === 'postpone') this.#postpone(entry, next.atMs);
    } catch (error) {
      counts.faults += 1;
      components.logger.error({ err: error, key: entry.key }, 'a due entry met a fault');
      if (!this.#closed) this.#postpone(entry, components.clock.nowMs() + AFTER_FAULT_MS);
    } finally {
      this.#underWay.delete(entry.generation);
      this.#release(ticket, verdict);
      if (this.#underWay.size === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
    }
  }

  /** Back to the queue; what comes back soon is asked for in time. */
  #postpone(entry: DueEntry, atMs: number): void {
    const { queue, waits, settings, components, wantTake } = this.#tools;
    queue.postpone(entry, atMs);
    if (atMs > components.clock.nowMs() + settings.lookAheadMs / 2) return;
    // the queue hands it out once the time is past
    void waits.wait(atMs + 1).then(wantTake);
  }

  #release(ticket: Ticket, verdict: CallVerdict): void {
    const nowMs = this.#tools.components.clock.nowMs();
    if (!this.#gate.release(ticket, verdict, nowMs) || this.#closed) return;
    const { destination, application } = ticket;
    this.#drain(destinationLine(destination), nowMs);
    this.#drain(applicationLine(application), nowMs);
    this.#drain(TOTAL_LINE, nowMs);
  }

  #drain(line: string, nowMs: number): void {
    let begun = 0;
    this.#lines.drain(line, (held) => {
      const what = this.#begin(held, nowMs, line);
      if (what === 'begun') begun += 1;
      if (what === 'stay') return 'stay';
      return begun < BEGUN_BY_AN_END ? 'more' : 'stop';
    });
  }
}

const TOTAL_LINE = 't';
const destinationLine = (destination: string): string => `d ${destination}`;
const applicationLine = (application: string): string => `a ${application}`;

function lineOf(cap: Cap, { destination, key }: DueEntry): string {
  if (cap === 'destination') return destinationLine(destination);
  return cap === 'application' ? applicationLine(key.application) : TOTAL_LINE;
}
