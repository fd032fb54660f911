import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../../src/runtime/index.js';
import type { AppendEnd } from '../history/operation.js';
import { tryAppend } from './append-tries.js';
import type { PlannedAppend } from './planned-append.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

const AT_ONCE = 0.4;
const AT_ONCE_TRIES = 3;
const PAUSE_MS = 300;
const SIDE_BY_SIDE = 8;

/** Appends of which nobody knows yet whether they were written. */
export class OpenAppends {
  readonly #tools: WorkloadTools;
  readonly #open: PlannedAppend[] = [];
  readonly #unidentified: PlannedAppend[] = [];

  constructor(tools: WorkloadTools) {
    this.#tools = tools;
  }

  /** Those without ids: they cannot be tried again, only be looked for. */
  get unidentified(): readonly PlannedAppend[] {
    return this.#unidentified;
  }

  /** After the first try: an unknown one is tried again at once, elsewhere, or kept for later. */
  async follow(plan: PlannedAppend, end: AppendEnd, draws: Draws, server: string): Promise<void> {
    if (end.kind !== 'unknown') return;
    if (!plan.hasIds) {
      this.#unidentified.push(plan);
      return;
    }
    let last = server;
    const tries = draws.chance(AT_ONCE) ? AT_ONCE_TRIES : 0;
    for (let count = 0; count < tries; count += 1) {
      const clients = anotherServer(this.#tools, draws, last);
      last = clients.server;
      if (isDefinite(await tryAppend(this.#tools, plan, clients, 'single'))) return;
    }
    this.#open.push(plan);
  }

  /** Tries one of them again; false when there is none. */
  async retryOne(draws: Draws): Promise<boolean> {
    const [plan] = this.#open.splice(draws.whole(0, Math.max(0, this.#open.length - 1)), 1);
    if (plan === undefined) return false;
    const clients = anotherServer(this.#tools, draws);
    const end = await tryAppend(this.#tools, plan, clients, 'single');
    if (!isDefinite(end)) this.#open.push(plan);
    return true;
  }

  /** Tries all of them until there is an answer; what has none in time is a trouble. */
  async resolve(draws: Draws): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let plan = this.#open.pop(); plan !== undefined; plan = this.#open.pop()) {
        await this.#resolveOne(plan, draws);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  }

  async #resolveOne(plan: PlannedAppend, draws: Draws): Promise<void> {
    const { nowMs, profile, troubles } = this.#tools;
    const untilMs = nowMs() + profile.resolveMs;
    for (;;) {
      const clients = anotherServer(this.#tools, draws);
      const end = await tryAppend(this.#tools, plan, clients, 'patient');
      if (isDefinite(end)) return;
      if (nowMs() > untilMs) {
        troubles.add(`append ${plan.append} of ${plan.stream.stream} stays ${end.kind}`);
        return;
      }
      await sleep(PAUSE_MS);
    }
  }
}

function isDefinite(end: AppendEnd): boolean {
  return end.kind === 'ok' || end.kind === 'conflict';
}
