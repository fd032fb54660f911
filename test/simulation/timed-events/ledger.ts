import {
  finishedMsOf,
  meaningOf,
  type Attempt,
  type TimedEvent,
  type TimedEventKey,
  type Uuid,
} from '../../../src/core/index.js';
import type { VirtualTime } from '../../../src/runtime/index.js';
import type { OutgoingCall } from '../../../src/scheduler/index.js';
import type { ChangeOutcome, TimedEventChange } from '../../../src/storage/index.js';
import type { Troubles } from './troubles.js';

export const keyText = ({ application, eventId }: TimedEventKey): string =>
  `${application} ${eventId}`;

/** What an entry was from one moment on. */
export interface Version {
  readonly event: TimedEvent;
  readonly atMs: number;
  /** Who wrote it. */
  readonly process: string;
  /** How long it had been under way. */
  readonly lateMs: number;
  readonly before: Version | undefined;
  next: Version | undefined;
  /** When its writer had the answer. */
  ackedMs: number | undefined;
}

/** A call whose request has left. */
export interface Begun {
  readonly call: OutgoingCall;
  readonly process: string;
  readonly claim: Version;
  /** What the receiver answered; `failed`: nothing; undefined: not yet. */
  result: number | 'failed' | undefined;
  end?: () => void;
}

/** What happened in truth and what was told of it, held against each other as it comes in. */
export class Ledger {
  readonly #time: VirtualTime;
  readonly #troubles: Troubles;
  readonly #journal = new Map<string, Version[]>();
  readonly #byChange = new Map<Uuid, Version>();
  readonly #begun = new Map<string, Begun>();
  readonly #doubtful = new Set<Uuid>();
  /** Changes that were said never to take effect. */
  readonly #never = new Set<Uuid>();
  /** Generations of which nothing may begin any more. */
  readonly #stopped = new Set<Uuid>();
  /** The first promise that was broken. */
  failure: Error | undefined;

  constructor(parts: { readonly time: VirtualTime; readonly troubles: Troubles }) {
    this.#time = parts.time;
    this.#troubles = parts.troubles;
  }

  get attempts(): number {
    return this.#begun.size;
  }

  versions(key: string): readonly Version[] {
    return this.#journal.get(key) ?? [];
  }

  /** The last version of each key. */
  latest(): readonly Version[] {
    return [...this.#journal.values()].flatMap((versions) => versions.at(-1) ?? []);
  }

  holds(is: boolean, what: string): void {
    if (!is) this.failure ??= new Error(`${what}, at ${this.#time.nowMs}`);
  }

  /** Somebody wants this change, maybe once more. */
  wanted(change: Uuid): void {
    this.#never.delete(change);
  }

  /** A try of this change has got no definite answer. */
  doubt(change: Uuid): void {
    this.#doubtful.add(change);
  }

  /** The storage has accepted a change. */
  decided(
    { from, to }: TimedEventChange,
    by: { readonly process: string; readonly lateMs: number },
  ): Version {
    const key = keyText(to.key);
    const versions = this.#journal.get(key) ?? [];
    this.#journal.set(key, versions);
    const before = versions.at(-1);
    const atMs = this.#time.nowMs;
    const next = undefined;
    const version: Version = { event: to, atMs, ...by, before, next, ackedMs: undefined };
    if (before !== undefined) before.next = version;
    versions.push(version);
    this.holds(!this.#byChange.has(to.change), `${key}: a change took effect twice`);
    this.#byChange.set(to.change, version);
    this.holds(!this.#never.has(to.change), `${key}: written after it was called unavailable`);
    if (from?.generation === to.generation) this.#checkStep(from, to);
    return version;
  }

  #checkStep(from: TimedEvent, to: TimedEvent): void {
    const key = keyText(to.key);
    const goesOn = from.state.status === 'FAILED' && leavesFailed(from, to);
    this.holds(finishedMsOf(from) === undefined || goesOn, `${key}: left a final state`);
    if (to.plan.target.kind === 'task') return;
    this.#checkLog(from, to);
  }

  /** A caller of the port has been told what became of a change. */
  answered({ to }: TimedEventChange, outcome: ChangeOutcome): void {
    const version = this.#byChange.get(to.change);
    const key = keyText(to.key);
    if (outcome.kind === 'changed') {
      this.holds(version !== undefined, `${key}: a change that was acknowledged is not there`);
      if (version !== undefined) version.ackedMs ??= this.#time.nowMs;
    } else if (outcome.kind === 'unavailable') {
      this.#never.add(to.change);
      this.holds(version === undefined, `${key}: written, and called unavailable`);
    } else if (outcome.kind === 'differs' && version !== undefined) {
      this.holds(this.#doubtful.has(to.change), `${key}: written, and called different`);
      version.ackedMs ??= this.#time.nowMs;
    }
  }

  /** No attempt of this generation may begin from now on. */
  stop(generation: Uuid): void {
    this.#stopped.add(generation);
  }

  /** The request of a call leaves a process, at this time of its wall clock. */
  begin(call: OutgoingCall, process: string, wallMs: number): Begun {
    const { generation, attempt } = call;
    const name = `${keyText(call.key)} ${generation} attempt ${attempt}`;
    const claim = this.#claimOf(call, process);
    if (claim === undefined) throw new Error(`${name}: nobody has claimed it`);
    const { state } = claim.event;
    this.holds(wallMs >= call.dueMs, `${name}: early`);
    this.holds(state.status !== 'PROCESSING' || wallMs >= state.nextMs, `${name}: early again`);
    this.holds(!this.#stopped.has(generation), `${name}: begun after an acknowledged stop`);
    this.holds(!this.#begun.has(`${generation} ${attempt}`), `${name}: begun twice`);
    this.#checkOvertaken(claim, name);
    const { plan } = claim.event;
    this.holds(plan.payload === call.payload, `${name}: another payload`);
    const begun: Begun = { call, process, claim, result: undefined };
    this.#begun.set(`${generation} ${attempt}`, begun);
    return begun;
  }

  /** Only who stops or moves an entry may come between its claim and its call. */
  #checkOvertaken({ next, event }: Version, name: string): void {
    if (next === undefined || next.event.generation !== event.generation) return;
    if (next.event.state.status === 'CANCELLED') return;
    // a clock that is far ahead takes a claim for one of long ago
    if (this.#troubles.between(['clock'], 0, this.#time.nowMs)) return;
    this.holds(false, `${name}: begun after its claim was lost`);
  }

  #claimOf({ key, generation, attempt }: OutgoingCall, process: string): Version | undefined {
    return this.versions(keyText(key)).findLast(
      ({ event, process: writer }) =>
        event.generation === generation &&
        event.state.status === 'PROCESSING' &&
        event.attempts.length === attempt - 1 &&
        writer === process,
    );
  }

  /** The log of attempts says what happened. */
  #checkLog(from: TimedEvent, to: TimedEvent): void {
    const name = `${keyText(to.key)} ${to.generation}`;
    const { status } = to.state;
    const added = to.attempts[from.attempts.length];
    if (added !== undefined) this.#checkAttempt(to, added);
    if (added === undefined && from.state.status === 'PROCESSING' && status === 'PENDING') {
      const number = to.attempts.length + 1;
      this.holds(!this.#begun.has(`${to.generation} ${number}`), `${name}: begun and withdrawn`);
    }
    if (status === 'COMPLETED') {
      const outcome = added?.outcome;
      const well = outcome?.kind === 'answered' && meaningOf(outcome.status) === 'success';
      this.holds(well, `${name}: COMPLETED without a good answer`);
    }
    if (status === 'FAILED') this.holds(mayFail(to), `${name}: FAILED against its policy`);
  }

  #checkAttempt({ key, generation }: TimedEvent, { number, outcome }: Attempt): void {
    if (outcome.kind === 'lost') return;
    const name = `${keyText(key)} ${generation} attempt ${number}`;
    const result = this.#begun.get(`${generation} ${number}`)?.result;
    const logged = outcome.kind === 'answered' ? outcome.status : 'failed';
    this.holds(result === logged, `${name}: logged ${logged}, but it was ${String(result)}`);
  }
}

/** Replayed, or purged. */
function leavesFailed({ plan }: TimedEvent, { state, plan: later }: TimedEvent): boolean {
  if (state.status === 'DELETED') return true;
  return state.status === 'PENDING' && (later.replay?.atMs ?? 0) > (plan.replay?.atMs ?? 0);
}

function mayFail({ plan, state, attempts: all }: TimedEvent): boolean {
  const attempts = all.slice(plan.replay?.earlierAttempts ?? 0);
  const reason = state.status === 'FAILED' ? state.reason : '';
  if (plan.lateness?.action === 'dead-letter' && attempts.length === 0) return true;
  if (reason.startsWith('the destination is disabled')) {
    return plan.target.kind === 'http' && plan.target.url.includes('//gone.');
  }
  const lost = attempts.filter(({ outcome }) => outcome.kind === 'lost').length;
  const last = attempts.at(-1)?.outcome;
  if (attempts.length - lost >= plan.retry.attemptsMax) return true;
  if (lost >= 10 || plan.retry.maxAgeMs !== undefined) return true;
  return last?.kind === 'answered' && meaningOf(last.status) === 'final';
}
