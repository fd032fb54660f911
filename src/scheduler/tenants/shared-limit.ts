import { requireUuid, type CallLimits } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type { Document, DocumentKey, DocumentOutcome, Documents } from '../../storage/index.js';
import {
  decodeLimitState,
  planSlots,
  ratePeriod,
  takeTokens,
  tokensLeft,
  type LimitState,
  type RatePeriod,
  type SlotHolder,
  type SlotPlan,
} from './limit-document.js';
import { LimitSightings } from './limit-sightings.js';
import { LimitSlots } from './limit-slots.js';
import { LimitTokens, type Token } from './limit-tokens.js';

export interface SharedLimitParts {
  readonly key: DocumentKey;
  readonly poller: string;
  readonly documents: () => Documents | undefined;
  readonly components: Components;
  /** As they are now; empty: nothing is limited any more. */
  readonly limits: () => CallLimits;
  /** Calls that wait for this limit. */
  readonly waiting: () => number;
  /** Some of them may go on. */
  readonly granted: () => void;
}

/** Writes and reads are at least this far apart, but for those that another was faster than. */
const GAP_MS = 100;
/** A poller that holds slots, or wishes for some, gives a sign of life. */
const BEAT_MS = 500;
/** Who wishes for slots looks for free ones. */
const LOOK_MS = 150;
/** Policies may change meanwhile. */
const SLEEP_MS = { min: 5, max: 500 };
const STORAGE_WAIT_MS = 250;
const AFTER_DIFFERENCE_MS = 15;
const CHANGE_TIMEOUT_MS = 2_000;
/** Nothing is lost when the state of a limit that nobody used for so long is gone. */
const KEPT_MS = 3_600_000;

/** What a turn would write, and whether it is worth it. */
interface Plan {
  readonly slots: SlotPlan;
  readonly tokens: number;
  readonly period: RatePeriod | undefined;
  readonly rate: number | undefined;
  readonly isNeeded: boolean;
}

/**
 * One limit that all pollers share, as one of them has it: takes tokens and slots from its
 * document while calls wait for them, and gives slots back. All beside the calls.
 */
export class SharedLimit {
  readonly #parts: SharedLimitParts;
  readonly #tokens: LimitTokens;
  readonly #slots: LimitSlots;
  readonly #sightings: LimitSightings;
  readonly #closing = new AbortController();
  #wake = new AbortController();
  #known: Document | undefined;
  /** False: the document is to be read first. */
  #isKnown = false;
  /** Whether this poller may stand in the document. */
  #mayBeIn = false;
  #actedMs = Number.NEGATIVE_INFINITY;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #loop: Promise<void> | undefined;

  constructor(parts: SharedLimitParts) {
    const { clock } = parts.components;
    this.#parts = parts;
    this.#tokens = new LimitTokens(clock);
    this.#slots = new LimitSlots(clock);
    this.#sightings = new LimitSightings(parts.poller, clock);
  }

  /** Whether nothing of it is in use, here. */
  get isIdle(): boolean {
    return this.#loop === undefined && this.#slots.used === 0;
  }

  /** Whether one more call may be admitted. */
  get hasRoom(): boolean {
    const { ratePerSecond, concurrency } = this.#parts.limits();
    this.#tokens.setRate(ratePerSecond);
    return this.#tokens.hasOne && this.#slots.hasOne(concurrency);
  }

  /** Admits a call; `hasRoom` must have said yes. */
  take(): Token {
    this.#slots.use();
    const token = this.#tokens.take();
    // it has to be renewed when the call does not begin in its period
    if (token.period !== undefined && this.#loop === undefined) this.ask();
    return token;
  }

  /** Whether a call that is admitted may begin. */
  mayBegin(token: Token): boolean {
    const { ratePerSecond, concurrency } = this.#parts.limits();
    this.#tokens.setRate(ratePerSecond);
    return (concurrency === undefined || this.#slots.isGood) && this.#tokens.isGood(token);
  }

  /** It begins; `mayBegin` must have said yes. */
  begin(token: Token): void {
    this.#tokens.spend(token);
  }

  /** A call that was admitted is over. */
  end(token: Token): void {
    this.#slots.free();
    this.#tokens.giveBack(token);
    if (this.#slots.owes) this.ask();
  }

  /** Calls wait: looks for tokens and slots. */
  ask(): void {
    if (this.#closing.signal.aborted) return;
    this.#wake.abort();
    this.#loop ??= this.#run();
  }

  /** Looks for nothing any more. */
  stop(): void {
    this.#closing.abort();
    this.#wake.abort();
  }

  /** Gives back what it can, within `timeoutMs`. Nothing may be admitted afterwards. */
  async close(timeoutMs: number): Promise<void> {
    this.stop();
    const over = new AbortController();
    const timeout = this.#parts.components.timers.sleep(timeoutMs, over.signal);
    await Promise.race([this.#leave(), timeout]);
    over.abort();
  }

  async #leave(): Promise<void> {
    await this.#loop;
    const documents = this.#parts.documents();
    if (documents === undefined || this.#slots.held === 0 || this.#slots.used > 0) return;
    try {
      this.#known = await documents.find(this.#parts.key);
      const state = stateOf(this.#known);
      const { [this.#parts.poller]: mine, ...pollers } = state.pollers;
      if (mine !== undefined) await this.#change(documents, { ...state, pollers });
    } catch {
      // others take it for gone soon
    }
  }

  async #run(): Promise<void> {
    const { key, waiting, granted, components } = this.#parts;
    for (;;) {
      await this.#sleep(this.#actedMs + GAP_MS - components.clock.monotonicMs(), this.#closing);
      if (this.#closing.signal.aborted) break;
      this.#wake = new AbortController();
      let done = false;
      try {
        done = await this.#turn();
      } catch (error) {
        this.#isKnown = false;
        components.logger.warn({ err: error, limit: key.id }, 'a limit could not be shared');
      }
      if (waiting() > 0 && this.hasRoom) granted();
      const sleepMs = done ? this.#sleepMs() : STORAGE_WAIT_MS;
      if (sleepMs === Number.POSITIVE_INFINITY) break;
      await this.#sleep(Math.min(Math.max(sleepMs, SLEEP_MS.min), SLEEP_MS.max), this.#wake);
    }
    // at once, not in a later turn: who asks from now on begins another loop
    this.#loop = undefined;
  }

  /** Takes and gives back what there is; false: the storage did not answer as it should. */
  async #turn(): Promise<boolean> {
    const { documents: current, key, components } = this.#parts;
    const documents = current();
    if (documents === undefined) return false;
    while (!this.#closing.signal.aborted) {
      if (!this.#isKnown) {
        if (!this.#mayBeIn && !this.#isWanted()) return true;
        this.#actedMs = components.clock.monotonicMs();
        this.#known = await documents.find(key);
        this.#isKnown = true;
      }
      const plan = this.#plan(stateOf(this.#known));
      if (!plan.isNeeded) return true;
      const outcome = await this.#write(documents, plan);
      if (outcome.kind === 'changed') return true;
      this.#isKnown = outcome.kind === 'differs';
      if (outcome.kind !== 'differs') return false;
      this.#known = outcome.current;
      await this.#sleep(components.random.next() * AFTER_DIFFERENCE_MS, this.#closing);
    }
    return true;
  }

  /** What would be written over `state`. */
  #plan(state: LimitState): Plan {
    const { limits, waiting, poller, components } = this.#parts;
    const { ratePerSecond: rate, concurrency } = limits();
    const nowMs = components.clock.nowMs();
    this.#tokens.setRate(rate);
    const alive = this.#sightings.alive(state);
    const period = rate === undefined ? undefined : ratePeriod(rate, nowMs);
    const wanted = this.#tokens.wanted(waiting());
    const taken =
      period === undefined ? { state: alive, tokens: 0 } : takeTokens(alive, period, wanted, nowMs);
    const slots = planSlots(taken.state, this.#slots.ask(poller, waiting()), concurrency);
    const [before, after] = [state.pollers[poller], slots.state.pollers[poller]];
    if (before === undefined && after === undefined) this.#mayBeIn = false;
    const isNeeded = taken.tokens > 0 || this.#differs(before, after);
    return { slots, tokens: taken.tokens, period, rate, isNeeded };
  }

  /** Whether it is worth a write. */
  #differs(before: SlotHolder | undefined, after: SlotHolder | undefined): boolean {
    if (before === undefined || after === undefined) return before !== after;
    if (before.held !== after.held || before.ticket !== after.ticket) return true;
    if (after.wants > after.held && before.wants <= before.held) return true;
    return this.#parts.components.clock.monotonicMs() >= this.#writtenMs + BEAT_MS;
  }

  async #write(documents: Documents, plan: Plan): Promise<DocumentOutcome> {
    const { poller, components } = this.#parts;
    const { slots, tokens, period, rate } = plan;
    this.#slots.prepare(slots, stateOf(this.#known), poller);
    const sentMs = components.clock.monotonicMs();
    this.#actedMs = sentMs;
    if (slots.state.pollers[poller] !== undefined) this.#mayBeIn = true;
    const outcome = await this.#change(documents, slots.state);
    if (outcome.kind !== 'changed') return outcome;
    this.#writtenMs = sentMs;
    this.#mayBeIn = slots.state.pollers[poller] !== undefined;
    this.#slots.stored(slots, sentMs);
    if (period !== undefined && rate !== undefined) this.#tokens.add(tokens, period, rate);
    return outcome;
  }

  /** Replaces what is known. */
  async #change(documents: Documents, state: LimitState): Promise<DocumentOutcome> {
    const { key, components } = this.#parts;
    const expiresMs = components.clock.nowMs() + KEPT_MS;
    const to: Document = {
      key,
      change: requireUuid(components.ids.newId()),
      content: JSON.stringify(state),
      expiresMs: Math.max(expiresMs, this.#known?.expiresMs ?? 0),
    };
    const ended = new AbortController();
    const resolving = new AbortController();
    const timeout = components.timers.sleep(CHANGE_TIMEOUT_MS, ended.signal);
    void timeout.then(() => resolving.abort());
    const outcome = await documents.change({ key, from: this.#known, to }, resolving.signal);
    ended.abort();
    if (outcome.kind === 'changed') this.#known = to;
    return outcome;
  }

  #isWanted(): boolean {
    const { waiting } = this.#parts;
    return waiting() > 0 || this.#tokens.wanted(0) > 0;
  }

  /** After how long to look again; infinite: not before somebody asks. */
  #sleepMs(): number {
    const { limits, waiting, components } = this.#parts;
    const { ratePerSecond: rate, concurrency = 0 } = limits();
    const nowMs = components.clock.nowMs();
    const monotonicMs = components.clock.monotonicMs();
    const times = [this.#slots.idleAtMs - monotonicMs, this.#tokens.lapseAtMs - nowMs];
    if (this.#mayBeIn) times.push(this.#writtenMs + BEAT_MS - monotonicMs);
    if (rate !== undefined && this.#tokens.wanted(waiting()) > 0) {
      const period = ratePeriod(rate, nowMs);
      const left = tokensLeft(stateOf(this.#known), period, nowMs);
      times.push(left > 0 ? 0 : period.untilMs - nowMs);
    }
    if (Math.min(this.#slots.used + waiting(), concurrency) > this.#slots.held) {
      this.#isKnown = false;
      times.push(LOOK_MS);
    }
    return Math.min(...times);
  }

  async #sleep(ms: number, until: AbortController): Promise<void> {
    if (ms > 0) await this.#parts.components.timers.sleep(ms, until.signal);
  }
}

function stateOf(document: Document | undefined): LimitState {
  return decodeLimitState(document?.content);
}
