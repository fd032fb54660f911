import { nextMsOf } from '../../../src/core/index.js';
import type { History } from '../../../src/runtime/index.js';
import { Client } from './client.js';
import { Operator } from './operator.js';
import { finalChecks, isQuiet } from './final-checks.js';
import { Disturber } from './disturber.js';
import { keyText, type Version } from './ledger.js';
import { createWorld, note, trueMs, type World } from './world.js';

/** Trouble ends then, though clients go on asking. */
const TROUBLED_MAX_MS = 40_000;
/** By then everything that is not excused must be settled. */
const SETTLE_MAX_MS = 130_000;
/** Owners look so long for an entry whose notice they have, less what clocks may differ by. */
const LATE_MS = 7_000;
const OVERDUE_MS = 6_000;
/** Longer than the breaker of a destination that was out of order lets anything wait. */
const REPEAT_AFTER_MS = 40_000;
/** What a server put off while its clock was so far ahead waits for that time. */
const CLOCKS_AHEAD_MS = 32_000;

/** One seed: servers, clients and disturbances, until all is settled and checked. */
export class Simulation {
  readonly seed: number;
  readonly #world: World;
  #failure: Error | undefined;

  constructor(seed: number, verbose = false) {
    this.seed = seed;
    this.#world = createWorld(seed, verbose);
  }

  get history(): History {
    return this.#world.history;
  }

  /** Rejects with the promise that was broken. */
  async run(): Promise<void> {
    const { profile, rows, time, ledger, troubles } = this.#world;
    this.#makeOldShards();
    const disturber = new Disturber(this.#world);
    disturber.begin();
    const budget = { left: profile.operations };
    let working = profile.clients;
    for (let count = 0; count < profile.clients; count += 1) {
      const client = new Client(this.#world, disturber, budget);
      void this.#watch(client.run()).finally(() => (working -= 1));
    }
    const busy = (): boolean => budget.left > 0 && time.nowMs < TROUBLED_MAX_MS;
    await this.#pass(() => !busy(), 2 * TROUBLED_MAX_MS, 'clients have asked');
    disturber.end();
    const calmMs = time.nowMs;
    note(this.#world, 'calm');
    let finished = false;
    void this.#watch(
      (async () => {
        // what clients ask for last would undo it
        while (working > 0) await time.sleep(50);
        await new Operator(this.#world).finish(() => disturber.ready());
      })(),
    ).finally(() => (finished = true));
    const settled = (): boolean =>
      finished && working === 0 && rows.open === 0 && rows.awaited === 0 && isQuiet(this.#world);
    const stepped = troubles.between(['clock'], 0, calmMs - 1);
    const untilMs = calmMs + REPEAT_AFTER_MS + (stepped ? CLOCKS_AHEAD_MS : 0);
    await this.#pass(() => settled() || time.nowMs >= untilMs, untilMs + 1_000, 'first wait');
    if (!settled()) await this.#repeat(new Client(this.#world, disturber, budget));
    await this.#pass(settled, calmMs + SETTLE_MAX_MS, 'everything is settled').catch((error) => {
      throw new Error(`${String(error)}; open: ${this.#open().map(describe).join(', ')}`);
    });
    let checked = false;
    const [server] = disturber.ready();
    if (server === undefined) throw new Error('no server is left');
    void this.#watch(finalChecks(this.#world, server)).finally(() => (checked = true));
    await this.#pass(() => checked, time.nowMs + 60_000, 'all is checked');
    note(this.#world, `mode ${profile.mode}`);
    this.history.count('seeds');
    for (let count = 0; count < profile.operations; count += 1) this.history.count('operations');
    if (ledger.failure !== undefined) throw ledger.failure;
  }

  /** What an outage has left behind: nothing but marks of long ago. */
  #makeOldShards(): void {
    const { profile, rows } = this.#world;
    if (profile.outageMs === 0) return;
    note(this.#world, 'old marks');
    const lowWaterMs = trueMs(this.#world) - profile.outageMs;
    for (let shard = 0; shard < profile.shards; shard += 1) {
      rows.shards.set(shard, { shard, owner: undefined, epoch: 7, lowWaterMs });
    }
  }

  /** What came much too late, and nobody was told of, fires once somebody repeats it. */
  async #repeat(client: Client): Promise<void> {
    const { ledger } = this.#world;
    const nowMs = trueMs(this.#world);
    for (const { event, ackedMs, lateMs } of this.#open()) {
      const overdue = nowMs - (nextMsOf(event) ?? nowMs) > OVERDUE_MS;
      if (!overdue) continue;
      const excused = event.state.status === 'PENDING' && ackedMs === undefined;
      const stuck = `${keyText(event.key)} is stuck: ${JSON.stringify(event.state)}`;
      ledger.holds(excused && lateMs > LATE_MS, stuck);
      if (excused) void this.#watch(client.repeat(event.key));
    }
  }

  #open(): readonly Version[] {
    return this.#world.ledger
      .latest()
      .filter(({ event }) => nextMsOf(event) !== undefined)
      .filter(({ event }) => event.plan.target.kind !== 'task');
  }

  async #pass(done: () => boolean, untilMs: number, what: string): Promise<void> {
    const { time, ledger } = this.#world;
    const failed = (): Error | undefined => this.#failure ?? ledger.failure;
    try {
      await time.run(() => failed() !== undefined || done(), untilMs);
    } catch (error) {
      throw new Error(`${what}: ${String(error)}`, { cause: error });
    }
    const failure = failed();
    if (failure !== undefined) throw failure;
  }

  async #watch(actor: Promise<void>): Promise<void> {
    try {
      await actor;
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    }
  }
}

function describe({ event, ackedMs, lateMs }: Version): string {
  const acked = ackedMs === undefined ? 'not acknowledged' : 'acknowledged';
  return `${keyText(event.key)} ${event.generation} ${event.state.status} ${acked} ${lateMs}`;
}
