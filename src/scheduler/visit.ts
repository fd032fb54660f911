import {
  attemptNumber,
  claimed,
  lost,
  refused,
  userApplicationOf,
  withdrawn,
  type Claim,
  type Moment,
  type TimedEvent,
  type TraceOrigin,
} from '../core/index.js';
import type { ChangeOutcome, DueEntry } from '../storage/index.js';
import { attemptSpan, endAttemptSpan } from './attempt-span.js';
import { verdictOf } from './call-verdict.js';
import type { DispatchResult } from './dispatcher.js';
import { countAttempt } from './poller-metrics.js';
import { reportAttempt } from './report-attempt.js';
import { storeStep } from './store-step.js';
import {
  AFTER_UNKNOWN_MS,
  AFTER_UNAVAILABLE_MS,
  claimText,
  countsOf,
  DROP,
  momentOf,
  postponeBy,
  SETTLE,
  type Next,
  type VisitRights,
  type VisitTools,
} from './visit-tools.js';

/** Longer than the longest write of an entry: its notice may come before it by as much. */
const NOTICE_AHEAD_MAX_MS = 15_000;
/** A young notice without its entry is looked at again; soon at first: most writes are quick. */
const YOUNG_NOTICE_WAIT_MS = { min: 200, max: 1_000 };
/** Another poller is at it, and alive. */
const CLAIMED_ELSEWHERE_WAIT_MS = 500;
/** A claim this much older than its call can take is given up, even when its poller lives. */
const CLAIM_OVERTIME_MS = 10_000;
const AFTER_WITHDRAWAL_MS = 100;
const WITHDRAW_TRIES = 5;
const WITHDRAW_WAIT_MS = 100;
const NOT_READY_WAIT_MS = 500;
/** A wall clock that was set back further makes a claim wait too long: it is given back. */
export const STEP_BACK_MAX_MS = 1_000;
/** A task whose handler broke is called again after it. */
const TASK_AFTER_FAULT_MS = 1_000;
const DISABLED = 'the destination is disabled since it answered 410 (enable it, then replay)';
/** How often an entry may change under our eyes before we come back later. */
const LOOKS_MAX = 20;

type Step = Next | { readonly kind: 'again'; readonly current: TimedEvent | undefined };

/**
 * Looks at an entry and does what is due: claims and calls it, takes back a lost claim, or finds
 * nothing to do.
 */
export async function visit(
  entry: DueEntry,
  tools: VisitTools,
  rights: VisitRights,
): Promise<Next> {
  return new Visit(entry, tools, rights).run();
}

class Visit {
  readonly #entry: DueEntry;
  readonly #tools: VisitTools;
  readonly #rights: VisitRights;
  /** Until the entry is read. */
  #remembered: TimedEvent | undefined;

  constructor(entry: DueEntry, tools: VisitTools, rights: VisitRights) {
    this.#entry = entry;
    this.#remembered = entry.remembered?.();
    this.#tools = tools;
    this.#rights = rights;
  }

  async run(): Promise<Next> {
    const current = this.#remembered;
    let step: Step = current === undefined ? await this.#find() : { kind: 'again', current };
    for (let looks = 0; looks < LOOKS_MAX && step.kind === 'again'; looks += 1) {
      step = await this.#step(step.current);
    }
    return step.kind === 'again' ? this.#postpone(AFTER_UNKNOWN_MS) : step;
  }

  async #find(): Promise<Step> {
    const { timedEvents, components } = this.#tools;
    this.#remembered = undefined;
    try {
      return { kind: 'again', current: await timedEvents.find(this.#entry.key) };
    } catch (error) {
      components.logger.warn({ err: error }, 'a due entry could not be read');
      return this.#postpone(AFTER_UNAVAILABLE_MS);
    }
  }

  async #step(current: TimedEvent | undefined): Promise<Step> {
    const { generation, nextMs } = this.#entry;
    if (current === undefined || current.generation !== generation) return this.#stale();
    const { state } = current;
    if (state.status !== 'PENDING' && state.status !== 'PROCESSING') {
      // by a use case, or by a write whose answer was lost
      this.#tools.hooks.afterFinished(current);
      // a replay goes on in the same generation, and its notice is there before it
      return state.status === 'FAILED' ? this.#stale() : SETTLE;
    }
    if (state.nextMs !== nextMs) return this.#stale();
    if (state.status === 'PENDING') return this.#claim(current);
    return this.#meetClaim(current, state.claim);
  }

  /** The notice is out of date, or its entry is still being written. */
  #stale(): Next {
    // not by the wall clock: a step of it would give up a notice whose entry is on its way
    const ageMs = this.#tools.components.clock.monotonicMs() - this.#entry.writtenMs;
    if (ageMs >= NOTICE_AHEAD_MAX_MS) return SETTLE;
    const { min, max } = YOUNG_NOTICE_WAIT_MS;
    return this.#postpone(Math.min(Math.max(ageMs, min), max));
  }

  async #meetClaim(current: TimedEvent, claim: Claim): Promise<Step> {
    const { poller, queue, unreported } = this.#tools;
    if (claim.poller === poller && !unreported.has(claimText(current))) {
      return this.#withdraw(current);
    }
    const overMs = claim.claimedMs + current.plan.timeoutMs + CLAIM_OVERTIME_MS;
    if (claim.poller !== poller && !queue.isGone(claim) && this.#nowMs() <= overMs) {
      return this.#postpone(CLAIMED_ELSEWHERE_WAIT_MS);
    }
    const to = lost(current, this.#moment());
    if (to === undefined) return SETTLE;
    const outcome = await this.#change(current, to);
    if (outcome.kind !== 'changed') return this.#unchanged(outcome);
    unreported.delete(claimText(current));
    const counts = countsOf(to, this.#tools);
    counts.lost += 1;
    if (to.state.status === 'FAILED') counts.failed += 1;
    return SETTLE;
  }

  async #claim(pending: TimedEvent): Promise<Step> {
    const { queue, poller } = this.#tools;
    if (!queue.holds(this.#entry)) return DROP;
    if (!this.#tools.mayBegin()) return this.#postpone(NOT_READY_WAIT_MS);
    const moment = this.#moment();
    const claim = { poller, epoch: this.#entry.epoch, claimedMs: moment.nowMs };
    const to = this.#refused(claimed(pending, claim, moment), pending, moment);
    if (to === undefined) return SETTLE;
    // a claim compares what it was made from; before an end others are told of it
    const isClaim = to.state.status === 'PROCESSING';
    if (!isClaim && this.#remembered !== undefined) return this.#find();
    const outcome = await this.#change(pending, to);
    if (outcome.kind !== 'changed') return this.#unchanged(outcome);
    if (to.state.status === 'FAILED') countsOf(to, this.#tools).failed += 1;
    if (!isClaim) return SETTLE;
    return (await this.#untilDue()) ? this.#call(to) : this.#withdraw(to);
  }

  /** What would be called does not go to a disabled destination. */
  #refused(
    to: TimedEvent | undefined,
    pending: TimedEvent,
    moment: Moment,
  ): TimedEvent | undefined {
    const { key, destination } = this.#entry;
    const policy = this.#tools.policies.destination(
      userApplicationOf(key.application),
      destination,
    );
    const isRefused = to?.state.status === 'PROCESSING' && policy.disabled !== undefined;
    return isRefused ? refused(pending, DISABLED, moment) : to;
  }

  /** True at the due time; false when it must not be waited for any longer. */
  async #untilDue(): Promise<boolean> {
    const { nextMs } = this.#entry;
    const { waits, settings, mayBegin } = this.#tools;
    for (;;) {
      if (!mayBegin()) return false;
      const leftMs = nextMs - this.#nowMs();
      if (leftMs <= 0) return true;
      if (leftMs > settings.claimAheadMs + STEP_BACK_MAX_MS) return false;
      await waits.wait(nextMs);
    }
  }

  async #call(processing: TimedEvent): Promise<Step> {
    const { components, onAttempt } = this.#tools;
    const { nextMs } = this.#entry;
    const fromMs = components.clock.monotonicMs();
    let startedMs = this.#nowMs();
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      if (processing.plan.target.kind === 'task') return;
      this.#tools.counts.fired += 1;
      onAttempt(startedMs - nextMs);
    };
    const result = await this.#dispatch(processing, () => {
      const nowMs = this.#nowMs();
      if (nowMs < nextMs || !this.#tools.mayBegin()) return false;
      if (!this.#tools.queue.holds(this.#entry)) return false;
      if (!this.#rights.mayBegin()) return false;
      startedMs = nowMs;
      begin();
      return true;
    });
    const durationMs = Math.round(components.clock.monotonicMs() - fromMs);
    countAttempt(components.metrics, processing.plan.target.kind, result);
    this.#rights.release(verdictOf(result));
    if (result.kind === 'withdrawn') return this.#withdraw(processing);
    begin();
    const call = { result, startedMs, durationMs };
    return reportAttempt(processing, call, this.#tools, this.#rights.signal);
  }

  async #dispatch(event: TimedEvent, mayBegin: () => boolean): Promise<DispatchResult> {
    const span = attemptSpan(event, this.#tools.components.tracer);
    const result = await this.#dispatched(event, span?.context, mayBegin);
    endAttemptSpan(span, result);
    return result;
  }

  async #dispatched(
    event: TimedEvent,
    trace: TraceOrigin | undefined,
    mayBegin: () => boolean,
  ): Promise<DispatchResult> {
    const { key, generation, plan } = event;
    const { dueMs, target, payload, timeoutMs, run } = plan;
    const call = { key, generation, attempt: attemptNumber(event), dueMs, target, payload };
    const extras = { ...(run && { run }), ...(trace && { trace }) };
    try {
      return await this.#tools.dispatcher.call({ ...call, timeoutMs, ...extras }, mayBegin);
    } catch (error) {
      // must not happen; counted as an attempt, or it would go on for ever
      this.#tools.counts.faults += 1;
      this.#tools.components.logger.error({ err: error }, 'a call ended with an exception');
      if (target.kind === 'task')
        return { kind: 'again', atMs: this.#nowMs() + TASK_AFTER_FAULT_MS };
      return { kind: 'failed', error: 'the call broke off' };
    }
  }

  async #withdraw(processing: TimedEvent): Promise<Step> {
    const to = withdrawn(processing, this.#moment());
    if (to === undefined) return SETTLE;
    const outcome = await this.#changeForSure(processing, to);
    if (outcome.kind !== 'changed') return this.#unchanged(outcome);
    countsOf(to, this.#tools).withdrawn += 1;
    if (!this.#tools.queue.holds(this.#entry)) return DROP;
    const claimAtMs = this.#entry.nextMs - this.#tools.settings.claimAheadMs;
    return this.#postpone(Math.max(AFTER_WITHDRAWAL_MS, claimAtMs - this.#nowMs()));
  }

  #unchanged(outcome: Exclude<ChangeOutcome, { kind: 'changed' }>): Step {
    if (outcome.kind === 'differs') return { kind: 'again', current: outcome.current };
    return this.#postpone(outcome.kind === 'unknown' ? AFTER_UNKNOWN_MS : AFTER_UNAVAILABLE_MS);
  }

  /** Others leave the claim of a living poller alone for long: it is worth some tries. */
  async #changeForSure(from: TimedEvent, to: TimedEvent): Promise<ChangeOutcome> {
    const { components } = this.#tools;
    const { signal } = this.#rights;
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#change(from, to);
      const definite = outcome.kind === 'changed' || outcome.kind === 'differs';
      if (definite || tries === WITHDRAW_TRIES || signal.aborted) return outcome;
      await components.timers.sleep(WITHDRAW_WAIT_MS * 2 ** tries, signal);
    }
  }

  #change(from: TimedEvent, to: TimedEvent): Promise<ChangeOutcome> {
    return storeStep({ from, to }, this.#tools, this.#rights.signal);
  }

  #postpone(ms: number): Next {
    return postponeBy(ms, this.#nowMs());
  }

  #nowMs(): number {
    return this.#tools.components.clock.nowMs();
  }

  #moment(): Moment {
    return momentOf(this.#tools.components);
  }
}
