import type { ApplicationPolicy, Schedule, TimedEvent } from '../../../src/core/index.js';
import type { History, VirtualTime } from '../../../src/runtime/index.js';
import {
  type OutgoingCall,
  decodeSchedule,
  decodeApplicationPolicy,
} from '../../../src/scheduler/index.js';
import type { DocumentKey, TimedEventChange } from '../../../src/storage/index.js';
import type { DocumentVersion } from './document-version.js';
import { Holds } from './holds.js';
import type { Ledger, Version } from './ledger.js';
import { checkScheduleStep } from './schedule-checks.js';
import { SweepChecks } from './sweep-checks.js';
import type { Troubles } from './troubles.js';

/** A pause holds everywhere after it. */
const CONFIRMED_MS = 2_000;
const LONG_PAUSE_MS = 10_000;
/** Its failures are announced, from before the beginning. */
export const ANNOUNCED = 'mill';

interface PolicyReign {
  readonly policy: ApplicationPolicy;
  readonly atMs: number;
  /** Acknowledged to be over then. */
  overMs: number;
}

interface ActiveCall {
  readonly process: string;
  readonly application: string;
  readonly atMs: number;
}

interface Parts {
  readonly time: VirtualTime;
  readonly ledger: Ledger;
  readonly troubles: Troubles;
  readonly startMs: number;
  readonly history: History;
}

/** What was promised of schedules, applications and failures, against what happens. */
export class Promises {
  readonly #parts: Parts;
  /** Applications that are paused, and schedules that are, or are removed. */
  readonly paused: Holds;
  readonly removed: Holds;
  readonly #policies = new Map<string, PolicyReign[]>();
  readonly #active = new Set<ActiveCall>();
  readonly #frozen = new Map<string, number>();
  readonly #begun = new Map<string, { calls: number; fromMs: number }>();
  readonly failures = new Map<string, Version>();
  readonly #sweeps: SweepChecks;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sweeps = new SweepChecks(parts.ledger, ANNOUNCED);
    this.paused = new Holds(parts.time);
    this.removed = new Holds(parts.time);
  }

  documentDecided({ scope, id }: DocumentKey, journal: readonly DocumentVersion[]): void {
    const { content, atMs } = journal.at(-1) ?? { content: undefined, atMs: 0 };
    if (scope === 'policies' && id.startsWith('application\n')) {
      const application = id.slice('application\n'.length);
      const policy = decodeApplicationPolicy(content);
      this.#reignsOf(application).push({ policy, atMs, overMs: Number.POSITIVE_INFINITY });
    }
    if (scope === 'sweeps' && content !== undefined) this.#sweeps.decided(id, content, atMs);
    const [kind, application] = scope.split('\n');
    if (kind !== 'schedule') return;
    const name = `${application} ${id}`;
    const { ledger } = this.#parts;
    const before = journal.at(-2)?.content;
    if (content === undefined) return;
    ledger.holds(this.removed.sinceMs(name) === undefined, `${name}: there after its removal`);
    if (before === undefined) return;
    this.#scheduleStep(name, decodeSchedule(before), decodeSchedule(content));
  }

  #scheduleStep(name: string, before: Schedule, after: Schedule): void {
    const { ledger, time, startMs, troubles, history } = this.#parts;
    const { problems, made, kinds } = checkScheduleStep(before, after);
    for (const problem of problems) ledger.holds(false, `${name}: ${problem}`);
    for (const kind of kinds) history.count(kind);
    if (made.length === 0) return;
    ledger.holds(this.paused.sinceMs(name) === undefined, `${name}: a run after a pause`);
    if (troubles.between(['clock'], 0, time.nowMs)) return;
    for (const { nominalMs } of made) {
      const early = nominalMs > startMs + time.nowMs + 420;
      ledger.holds(!early, `${name}: a run was decided early`);
    }
  }

  /** A change of its policy was acknowledged; `wrote`: it is not what was there before. */
  policyAcked(application: string, invokedMs: number, wrote: boolean): void {
    const nowMs = this.#parts.time.nowMs;
    const reigns = this.#reignsOf(application);
    reigns.forEach((reign, place) => {
      const next = reigns[place + 1];
      if (next === undefined) return;
      // its own write is that next one, or a later one
      const isBefore = wrote && reign.atMs < invokedMs && next.atMs <= nowMs;
      if (next.atMs > invokedMs && !isBefore) return;
      reign.overMs = Math.min(reign.overMs, nowMs);
    });
  }

  #reignsOf(application: string): PolicyReign[] {
    const known = this.#policies.get(application);
    if (known !== undefined) return known;
    const none = { policy: { priority: 'normal' }, atMs: 0, overMs: Infinity } as const;
    const reigns: PolicyReign[] = [{ ...none }];
    this.#policies.set(application, reigns);
    return reigns;
  }

  entryDecided({ from, to }: TimedEventChange, version: Version): void {
    const { ledger, history } = this.#parts;
    const { run } = to.plan;
    const { application, eventId } = to.key;
    const isNew = from?.generation !== to.generation;
    if (run !== undefined && isNew) {
      history.count(`run ${run.cause}`);
      const again = from !== undefined && isSameRun(from, to) && run.cause !== 'backfill';
      // who moves a run that is under way begins another generation
      const moved = from?.state.status === 'PROCESSING';
      ledger.holds(!again || moved, `${application} ${eventId}: a run was made twice`);
    }
    if (to.plan.target.kind === 'task') return;
    this.#sweeps.entryDecided({ from, to });
    if (to.state.status === 'SKIPPED') history.count('entry SKIPPED');
    if (to.plan.replay?.atMs !== from?.plan.replay?.atMs) history.count('entry replayed');
    if (to.state.status === 'FAILED' && application === ANNOUNCED) {
      this.failures.set(`${to.generation} ${to.plan.replay?.atMs ?? 0}`, version);
    }
  }

  processPaused(process: string): void {
    this.#frozen.set(process, this.#parts.time.nowMs);
  }

  processResumed(process: string): void {
    const sinceMs = this.#frozen.get(process);
    this.#frozen.delete(process);
    if (sinceMs !== undefined && this.#parts.time.nowMs - sinceMs < LONG_PAUSE_MS) return;
    this.processGone(process);
  }

  processGone(process: string): void {
    for (const call of this.#active) if (call.process === process) this.#active.delete(call);
  }

  /** Answers what is to be called at its end. */
  callBegins(call: OutgoingCall, process: string, wallMs: number): () => void {
    const { ledger, time, history } = this.#parts;
    const { application, eventId } = call.key;
    const nowMs = time.nowMs;
    const sinceMs = this.paused.sinceMs(application);
    const late = sinceMs !== undefined && nowMs > sinceMs + CONFIRMED_MS;
    const afterMs = nowMs - (sinceMs ?? 0);
    ledger.holds(!late, `${application} ${eventId}: begun ${afterMs} ms after a pause`);
    if (sinceMs !== undefined) history.count('begun just after a pause');
    const active = { process, application, atMs: nowMs };
    this.#active.add(active);
    this.#checkConcurrency(application);
    this.#checkRate(application, Math.floor(wallMs / 1_000));
    return () => this.#active.delete(active);
  }

  #checkConcurrency(application: string): void {
    const { time, ledger, history } = this.#parts;
    const calls = [...this.#active].filter(
      (call) => call.application === application && this.#isAlive(call.process),
    );
    const fromMs = Math.min(...calls.map(({ atMs }) => atMs));
    const limits = this.#possible(application, fromMs).map(({ concurrency }) => concurrency);
    const most = Math.max(...limits.map((limit) => limit ?? Infinity));
    if (most === Infinity) return;
    history.count('concurrency checked');
    const what = `${application}: ${calls.length} calls at once, ${most} allowed, at ${time.nowMs}`;
    ledger.holds(calls.length <= most, what);
  }

  #isAlive(process: string): boolean {
    const sinceMs = this.#frozen.get(process);
    return sinceMs === undefined || this.#parts.time.nowMs - sinceMs < LONG_PAUSE_MS;
  }

  #checkRate(application: string, second: number): void {
    const { time, ledger, troubles, history } = this.#parts;
    if (troubles.between(['clock'], 0, time.nowMs)) return;
    const name = `${application} ${second}`;
    const begun = this.#begun.get(name) ?? { calls: 0, fromMs: time.nowMs };
    this.#begun.set(name, begun);
    begun.calls += 1;
    // the second of another clock began up to 1 s and what clocks differ by before
    const rates = this.#possible(application, begun.fromMs - 2_000);
    const most = Math.max(...rates.map(({ ratePerSecond }) => ratePerSecond ?? Infinity));
    if (most === Infinity) return;
    history.count('rate checked');
    ledger.holds(begun.calls <= Math.ceil(most), `${name}: ${begun.calls} calls, ${most} allowed`);
  }

  /** Policies that may hold somewhere between `fromMs` and now. */
  #possible(application: string, fromMs: number): readonly ApplicationPolicy[] {
    return this.#reignsOf(application)
      .filter(({ overMs }) => overMs + CONFIRMED_MS >= fromMs)
      .map(({ policy }) => policy);
  }
}

function isSameRun(from: TimedEvent, to: TimedEvent): boolean {
  const [before, after] = [from.plan.run, to.plan.run];
  return (
    before?.scheduleId === after?.scheduleId &&
    before?.nominalMs === after?.nominalMs &&
    before?.cause === after?.cause
  );
}
