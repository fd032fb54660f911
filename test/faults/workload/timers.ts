import { setTimeout as sleep } from 'node:timers/promises';
import { Draws } from '../../../src/runtime/index.js';
import type { TimerEnd } from '../history/operation.js';
import type { CallbackReceiver } from './callback-receiver.js';
import { pauseAbout } from './pause.js';
import { addTimer, cancelTimer, type PlannedTimer, type TimerWay } from './timer-calls.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

const WAYS: readonly TimerWay[] = ['v1', 'v1-single', 'cassata'];
const APPLICATIONS = ['faults-1', 'faults-2', 'faults-3'];
const CANCELS = 0.3;
const AGAIN = 0.15;
const PAUSE_MS = 300;
const LOOK_EVERY_MS = 100;
/** The wall clock tells whole milliseconds, and is adjusted a little while a timed event waits. */
const CLOCK_ERROR_MS = 3;

/** A timed event and what is known of it. */
interface Entry {
  readonly plan: PlannedTimer;
  added: 'open' | 'yes' | 'no';
  cancel: 'none' | 'open' | 'over';
}

/** Clients that schedule and cancel, and what becomes of it. */
export class Timers {
  readonly #tools: WorkloadTools;
  readonly #receiver: CallbackReceiver;
  readonly #entries: Entry[] = [];
  /** Those whose calls somebody makes at the moment. */
  readonly #busy = new Set<Entry>();
  readonly #fired = new Set<string>();

  constructor(tools: WorkloadTools, receiver: CallbackReceiver) {
    this.#tools = tools;
    this.#receiver = receiver;
  }

  /** A call has come in. */
  arrived(timer: string): void {
    this.#fired.add(timer);
  }

  /** Resolves when all clients have stopped. */
  async run(seed: number): Promise<void> {
    const { profile, stopping } = this.#tools;
    const loop = async (draws: Draws): Promise<void> => {
      for (;;) {
        await pauseAbout(profile.timerPauseMs, draws, stopping);
        if (stopping.aborted) return;
        await this.#act(draws);
      }
    };
    const loops = Array.from({ length: profile.timerClients }, (_, index) =>
      loop(new Draws(seed + index)),
    );
    await Promise.all(loops);
  }

  /** Tries what ended unknown until there is an answer; what has none in time is a trouble. */
  async resolve(draws: Draws): Promise<void> {
    const untilMs = this.#tools.nowMs() + this.#tools.profile.resolveMs;
    for (;;) {
      const open = this.#entries.filter(isOpen);
      if (open.length === 0) return;
      if (this.#tools.nowMs() > untilMs) {
        const names = open.map(({ plan }) => plan.timer).join(', ');
        this.#tools.troubles.add(`timed events without a definite answer: ${names}`);
        return;
      }
      for (const entry of open) await this.#tryAgain(entry, draws);
      if (this.#entries.some(isOpen)) await sleep(PAUSE_MS);
    }
  }

  /** Waits until all that should fire have fired, or until time is over: the checks tell which. */
  async untilFired(): Promise<void> {
    const { nowMs, profile } = this.#tools;
    const due = this.#entries.filter(({ added, cancel }) => added === 'yes' && cancel === 'none');
    const lastDueMs = Math.max(nowMs(), ...due.map(({ plan }) => plan.dueMs));
    while (nowMs() < lastDueMs + profile.settleMs) {
      if (due.every(({ plan }) => this.#fired.has(plan.timer))) return;
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #act(draws: Draws): Promise<void> {
    const free = this.#entries.filter((entry) => !this.#busy.has(entry));
    if (draws.chance(AGAIN)) {
      const open = free.filter(isOpen);
      if (open.length > 0) return this.#tryAgain(draws.pick(open), draws);
    }
    if (draws.chance(CANCELS)) {
      const nowMs = this.#tools.nowMs();
      const waiting = free.filter(
        ({ plan, added, cancel }) => added === 'yes' && cancel === 'none' && plan.dueMs > nowMs,
      );
      if (waiting.length > 0) return this.#cancel(draws.pick(waiting), draws);
    }
    const entry: Entry = { plan: this.#plan(draws), added: 'open', cancel: 'none' };
    this.#entries.push(entry);
    await this.#add(entry, draws, false);
  }

  async #tryAgain(entry: Entry, draws: Draws): Promise<void> {
    if (entry.added === 'open') await this.#add(entry, draws, true);
    else await this.#cancel(entry, draws);
  }

  #plan(draws: Draws): PlannedTimer {
    const timer = `t${this.#entries.length + 1}`;
    const aheadMs = Math.round(draws.between(0, this.#tools.profile.timerAheadMs));
    const [wallMs, nowMs] = [Date.now(), this.#tools.nowMs()];
    return {
      timer,
      application: draws.pick(APPLICATIONS),
      url: this.#receiver.urlOf(timer),
      wallDueMs: wallMs + aheadMs,
      dueMs: nowMs + aheadMs - CLOCK_ERROR_MS,
      way: draws.pick(WAYS),
    };
  }

  async #add(entry: Entry, draws: Draws, again: boolean): Promise<void> {
    const clients = anotherServer(this.#tools, draws);
    const end = await this.#tried('timer-add', entry, clients.server, () =>
      addTimer(clients, entry.plan, again),
    );
    if (end.kind === 'done') entry.added = 'yes';
    else if (end.kind === 'refused' && !again) entry.added = 'no';
  }

  async #cancel(entry: Entry, draws: Draws): Promise<void> {
    const clients = anotherServer(this.#tools, draws);
    const again = entry.cancel === 'open';
    const plan = { ...entry.plan, way: draws.pick(WAYS) };
    const end = await this.#tried('timer-cancel', entry, clients.server, () =>
      cancelTimer(clients, plan, again),
    );
    if (end.kind === 'unknown') entry.cancel = 'open';
    else if (end.kind !== 'refused') entry.cancel = 'over';
  }

  async #tried(
    kind: 'timer-add' | 'timer-cancel',
    entry: Entry,
    server: string,
    work: () => Promise<TimerEnd>,
  ): Promise<TimerEnd> {
    const { record, nowMs, troubles } = this.#tools;
    const { timer, dueMs } = entry.plan;
    const invokedMs = nowMs();
    this.#busy.add(entry);
    const end = await work();
    this.#busy.delete(entry);
    record({ kind, timer, dueMs, invokedMs, endedMs: nowMs(), server, end });
    if (end.kind === 'refused' && end.why.startsWith('UNEXPECTED')) {
      troubles.add(`${kind} of ${timer}: ${end.why}`);
    }
    return end;
  }
}

function isOpen({ added, cancel }: Entry): boolean {
  return added === 'open' || cancel === 'open';
}
