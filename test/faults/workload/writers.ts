import { Draws } from '../../../src/runtime/index.js';
import { tryAppend, tryMany, type Manner } from './append-tries.js';
import type { OpenAppends } from './open-appends.js';
import { pauseAbout } from './pause.js';
import { planAppend } from './planned-append.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

type WriterKind = Manner | 'storegrpc' | 'many';

/** In turn, so that half of all writers try once. */
const KINDS: readonly WriterKind[] = ['patient', 'single', 'storegrpc', 'many'];
const OLD = 0.15;
const MANY_MAX = 6;

/** Clients that append, each by its own draws. */
export class Writers {
  readonly #tools: WorkloadTools;
  readonly #open: OpenAppends;
  #appends = 0;

  constructor(tools: WorkloadTools, open: OpenAppends) {
    this.#tools = tools;
    this.#open = open;
  }

  /** Resolves when all have stopped. */
  async run(seed: number): Promise<void> {
    const loops = Array.from({ length: this.#tools.profile.writers }, (_, index) =>
      this.#write(KINDS[index % KINDS.length] ?? 'single', new Draws(seed + index)),
    );
    await Promise.all(loops);
  }

  /** The name of the next append. */
  nextName(): string {
    this.#appends += 1;
    return `a${this.#appends}`;
  }

  async #write(kind: WriterKind, draws: Draws): Promise<void> {
    const { stopping, profile } = this.#tools;
    for (;;) {
      await pauseAbout(profile.writerPauseMs, draws, stopping);
      if (stopping.aborted) return;
      if (draws.chance(OLD) && (await this.#open.retryOne(draws))) continue;
      if (kind === 'many') await this.#appendMany(draws);
      else await this.#append(kind, draws);
    }
  }

  async #append(kind: Manner | 'storegrpc', draws: Draws): Promise<void> {
    const api = kind === 'storegrpc' ? kind : 'v1';
    const plan = planAppend(this.nextName(), api, this.#tools.streams, draws);
    const clients = anotherServer(this.#tools, draws);
    const manner = kind === 'storegrpc' ? 'single' : kind;
    const end = await tryAppend(this.#tools, plan, clients, manner);
    await this.#open.follow(plan, end, draws, clients.server);
  }

  async #appendMany(draws: Draws): Promise<void> {
    const plans = Array.from({ length: draws.whole(2, MANY_MAX) }, () =>
      planAppend(this.nextName(), 'v1', this.#tools.streams, draws),
    );
    const clients = anotherServer(this.#tools, draws);
    const ends = await tryMany(this.#tools, plans, clients);
    for (const [index, end] of ends.entries()) {
      const plan = plans[index];
      if (plan !== undefined) await this.#open.follow(plan, end, draws, clients.server);
    }
  }
}
