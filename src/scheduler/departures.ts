import { TASK_DESTINATION, TokenBucket } from '../core/index.js';
import type { DueEntry } from '../storage/index.js';
import type { CallVerdict } from './circuit-breaker.js';
import { Gate, type Ticket } from './gate.js';
import { HeldEntries, type Held } from './held-entries.js';
import {
  applicationLine,
  destinationLine,
  limitLine,
  lineOf,
  pausedLine,
  TOTAL_LINE,
} from './line-names.js';
import { OverflowWaits } from './overflow-waits.js';
import { priorityWeight } from './tenants/priority-weights.js';
import { applicationLimit, SharedLimits, type Permit } from './tenants/shared-limits.js';
import type { HeldCounts } from './poller-metrics.js';
import { UnderWay } from './under-way.js';
import { STEP_BACK_MAX_MS, visit } from './visit.js';
import type { VisitTools } from './visit-tools.js';
import { WaitingLines } from './waiting-lines.js';

/** An application of which nothing can begin and so many wait has enough here. */
const STUCK_ENOUGH = 1_000;
/** The same generation is under way here: its report is likely just being written. */
const SAME_UNDER_WAY_WAIT_MS = 100;
const NOT_READY_WAIT_MS = 500;
const AFTER_FAULT_MS = 1_000;
/** Reports that wait for the storage beyond the calls under way; more keep their tickets. */
const REPORTS_MAX = 4_096;
/** Of what is late: a tenth of a second's worth at once is enough for the poller's pace. */
const CATCH_UP_BURST_S = 0.1;
/** A call that ends lets two begin, so that a line regains what it is allowed. */
const BEGUN_BY_AN_END = 2;

/** Holds what was taken, and lets each entry go at its time, within all limits. */
export class Departures {
  readonly #tools: VisitTools;
  readonly #gate: Gate;
  readonly #limits: SharedLimits;
  readonly #held: HeldEntries;
  readonly #bucket: TokenBucket;
  readonly #lines: WaitingLines<Held>;
  /** Applications of which nothing can begin for now; some of them are paused. */
  readonly #stuck = new Set<string>();
  readonly #underWay = new UnderWay();
  readonly #overflow = new OverflowWaits();
  #closed = false;

  constructor(tools: VisitTools) {
    const { gate, heldMax, catchUpPerSecond } = tools.settings;
    const { policies, documents, components, poller } = tools;
    const weightOf = (application: string): number => priorityWeight(policies, application);
    this.#tools = tools;
    this.#gate = new Gate(gate);
    this.#held = new HeldEntries(heldMax, weightOf);
    this.#bucket = new TokenBucket(catchUpPerSecond, catchUpPerSecond * CATCH_UP_BURST_S);
    this.#lines = new WaitingLines(heldMax, weightOf);
    this.#limits = new SharedLimits({
      ...{ policies, documents, components, poller },
      waiting: (limit) => this.#lines.lengthOf(limitLine(limit)),
      granted: (limit) => this.#drainLimit(limit),
    });
  }

  /** How many more entries may be added. */
  room(what: 'on-time' | 'late'): number {
    return what === 'late' ? this.#held.lateRoom : this.#held.room;
  }

  get held(): HeldCounts {
    const [inLines, underWay] = [this.#lines.size, this.#underWay.size];
    return { ...this.#held.sizes, inLines, underWay, breakersOpen: this.#gate.breakersOpen };
  }

  /** Applications of which enough is held of what is on time, or late. */
  without(what: 'on-time' | 'late'): ReadonlySet<string> {
    return new Set([...this.#held.over(what), ...this.#stuck]);
  }

  add(entry: DueEntry, nowMs: number): void {
    const { application } = entry.key;
    const late = nowMs - entry.nextMs > this.#tools.settings.lateAfterMs;
    if (late) this.#tools.counts.late += 1;
    this.#held.add({ entry, application, atMs: entry.nextMs, late });
  }

  /** Begins what is due. Returns when it wants to be called next; infinite when it has nothing. */
  run(nowMs: number): number {
    const { waits, settings } = this.#tools;
    const { claimAheadMs } = settings;
    this.#review(nowMs);
    const setBack = waits.firstMs - nowMs > claimAheadMs + STEP_BACK_MAX_MS;
    waits.release(setBack ? Number.POSITIVE_INFINITY : nowMs);
    for (;;) {
      const held = this.#held.takeOnTime(nowMs + claimAheadMs);
      if (held === undefined) break;
      this.#begin(held, nowMs);
    }
    this.#bucket.refill(nowMs);
    while (this.#bucket.hasOne) {
      const held = this.#held.takeLate();
      if (held === undefined) break;
      this.#begin(held, nowMs);
    }
    const lateMs = this.#held.hasLate ? nowMs + this.#bucket.waitMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#held.firstMs - claimAheadMs, waits.firstMs, lateMs);
  }

  /** Resolves once nothing is under way; nothing may be begun meanwhile. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  /** Gives back shares of limits that nothing is under way under. */
  leaveLimits(timeoutMs: number): Promise<void> {
    return this.#limits.close(timeoutMs);
  }

  /** Waits for nothing any more and tells the queue nothing: it is being closed. */
  close(): void {
    this.#closed = true;
    this.#limits.stop();
    this.#underWay.endAll();
  }

  /** Lets go what was paused and is not any more; has those fetched that were left out. */
  #review(nowMs: number): void {
    const left = [...this.#stuck].filter((application) => !this.#isStuck(application));
    for (const application of left) {
      this.#stuck.delete(application);
      this.#lines.drain(pausedLine(application), (held) => {
        const late = nowMs - held.atMs > this.#tools.settings.lateAfterMs;
        this.#held.add({ ...held, late });
        return 'more';
      });
    }
    if (this.#held.review() || left.length > 0) this.#tools.wantTake();
  }

  /** Whether it still is, with some room between coming in and going out. */
  #isStuck(application: string): boolean {
    if (this.#tools.policies.application(application).paused !== undefined) return true;
    return this.#waitingForApplication(application) > STUCK_ENOUGH / 2;
  }

  /** Tasks never are: a paused application's schedules go on being decided. */
  #isPaused({ key, destination }: DueEntry): boolean {
    if (destination === TASK_DESTINATION) return false;
    return this.#tools.policies.application(key.application).paused !== undefined;
  }

  #waitingForApplication(application: string): number {
    return Math.max(
      this.#lines.lengthOf(applicationLine(application)),
      this.#lines.lengthOf(limitLine(applicationLimit(application))),
    );
  }

  /** Lets one go, or puts it where it has to wait. `from`: the line that it stands first in. */
  #begin(held: Held, nowMs: number, from?: string): 'begun' | 'moved' | 'stay' {
    const { entry, application, late } = held;
    const { queue, mayBegin, counts } = this.#tools;
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
    if (this.#isPaused(entry)) {
      if (from === undefined) counts.paused += 1;
      this.#stuck.add(application);
      return this.#stand(held, pausedLine(application), nowMs, from);
    }
    if (late && !this.#bucket.hasOne) {
      this.#held.add(held);
      return 'moved';
    }
    return this.#admit(held, nowMs, from);
  }

  /** By the limits of its application and destination, and by the gate. */
  #admit(held: Held, nowMs: number, from?: string): 'begun' | 'moved' | 'stay' {
    const { entry, application, late } = held;
    const { settings, components } = this.#tools;
    const place = { application, destination: entry.destination };
    if (held.atMs > nowMs && this.#limits.hasRate(place)) {
      // a token is good for calls that begin at once; late no more when the clock was set back
      this.#held.add({ ...held, late: false }, held.atMs + settings.claimAheadMs);
      return 'moved';
    }
    const limit = this.#limits.blockedBy(place);
    if (limit !== undefined) return this.#standAtLimit(held, limit, nowMs, from);
    const chance = components.random.next();
    const admission = this.#gate.admit(entry.destination, application, nowMs, chance);
    if (admission.kind === 'admitted') {
      if (late) this.#bucket.takeOne();
      void this.#run(entry, admission.ticket, this.#limits.permit(place));
      return 'begun';
    }
    if (admission.by === 'open') {
      this.#postpone(entry, admission.retryAtMs);
      return 'moved';
    }
    return this.#stand(held, lineOf(admission.by, entry), nowMs, from);
  }

  #standAtLimit(held: Held, limit: string, nowMs: number, from?: string): 'moved' | 'stay' {
    const what = this.#stand(held, limitLine(limit), nowMs, from);
    if (what === 'moved') this.#tools.counts.limited += 1;
    this.#limits.ask(limit);
    return what;
  }

  /** Into a line, or back to the queue when there are too many. */
  #stand(held: Held, line: string, nowMs: number, from?: string): 'moved' | 'stay' {
    if (line === from) return 'stay';
    const { application } = held;
    if (!this.#lines.join(line, held)) {
      const chance = this.#tools.components.random.next();
      this.#postpone(held.entry, this.#overflow.nextMs(nowMs, chance));
    }
    if (this.#waitingForApplication(application) >= STUCK_ENOUGH) this.#stuck.add(application);
    return 'moved';
  }

  /** One visit, from its admission to its end. Never rejects. */
  async #run(entry: DueEntry, ticket: Ticket, permit: Permit): Promise<void> {
    const { queue, components, counts } = this.#tools;
    const signal = this.#underWay.begin(entry.generation);
    let verdict: CallVerdict = 'none';
    const release = (result: CallVerdict): void => {
      verdict = result;
      const fewReports = this.#underWay.size <= this.#gate.active + REPORTS_MAX;
      if (fewReports) this.#release(ticket, permit, verdict);
    };
    const mayBegin = (): boolean => !this.#isPaused(entry) && permit.begin();
    try {
      const next = await visit(entry, this.#tools, { release, mayBegin, signal });
      if (this.#closed) return;
      if (next.kind === 'settle') queue.settle(entry);
      else if (next.kind === 'postpone') this.#postpone(entry, next.atMs);
    } catch (error) {
      counts.faults += 1;
      components.logger.error({ err: error, entry: entry.key }, 'a due entry met a fault');
      if (!this.#closed) this.#postpone(entry, components.clock.nowMs() + AFTER_FAULT_MS);
    } finally {
      this.#underWay.remove(entry.generation);
      this.#release(ticket, permit, verdict);
      this.#underWay.tellIfIdle();
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

  #release(ticket: Ticket, permit: Permit, verdict: CallVerdict): void {
    const nowMs = this.#tools.components.clock.nowMs();
    if (!this.#gate.release(ticket, verdict, nowMs)) return;
    const limits = permit.end();
    if (this.#closed) return;
    const { destination, application } = ticket;
    // first: else what is free would go to lines of those that have calls already
    this.#drain(TOTAL_LINE, nowMs);
    for (const limit of limits) this.#drain(limitLine(limit), nowMs);
    const { atDestination, inApplication } = this.#gate.othersOf(ticket);
    this.#drain(destinationLine(destination), nowMs, { others: atDestination });
    this.#drain(applicationLine(application), nowMs, { others: inApplication });
  }

  /** `others`: calls under way that end, too, and then have the line looked at. */
  #drain(line: string, nowMs: number, { most = BEGUN_BY_AN_END, others = 0 } = {}): void {
    let begun = 0;
    this.#lines.drain(line, (held) => {
      const what = this.#begin(held, nowMs, line);
      if (what === 'begun') begun += 1;
      if (what === 'stay') return 'stay';
      // one of them waits for any call to end; the rest need not
      if (this.#gate.isFull && begun + others > 0) return 'stop';
      return begun < most ? 'more' : 'stop';
    });
  }

  /** What was granted is used at once: tokens lapse. */
  #drainLimit(limit: string): void {
    if (this.#closed) return;
    const nowMs = this.#tools.components.clock.nowMs();
    this.#drain(limitLine(limit), nowMs, { most: Number.POSITIVE_INFINITY });
  }
}
