import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../../src/runtime/index.js';
import type { FaultPeriod } from '../history/operation.js';
import type { ActiveFault, Fault } from '../world.js';

const QUIET_MS = { from: 500, to: 4_000 };
const SHORTEST_MS = 500;
/** The second fault of a pair comes this much after the first at most. */
const APART_MS = 2_000;
const PAIRS = 0.4;

/** What the nemesis works with. */
export interface NemesisParts {
  readonly faults: readonly Fault[];
  readonly draws: Draws;
  readonly nowMs: () => number;
  readonly record: (period: FaultPeriod) => void;
  readonly log: (line: string) => void;
  /** Caps how long a fault is at work; default: as long as each allows. */
  readonly holdMaxMs?: number | undefined;
  /** How long nothing is done before the next; half a second to four. */
  readonly quietMs?: { readonly from: number; readonly to: number };
}

/** How often which fault fired. */
export type FaultCounts = ReadonlyMap<string, number>;

/**
 * Does faults, singly and in pairs, with pauses between. All have their turns, so that a short run
 * meets each of them; how long, how far apart and on what is drawn from the seed.
 */
export class Nemesis {
  readonly #parts: NemesisParts;
  readonly #counts = new Map<string, number>();
  /** Tries, whether or not they hit anything: they decide whose turn it is. */
  readonly #turns = new Map<string, number>();
  readonly #pairs = new Set<string>();

  constructor(parts: NemesisParts) {
    this.#parts = parts;
    for (const fault of parts.faults) this.#counts.set(fault.name, 0);
  }

  get counts(): FaultCounts {
    return this.#counts;
  }

  /** Distinct pairs that were at work at once. */
  get pairs(): number {
    return this.#pairs.size;
  }

  /** Faults that have not fired. */
  get unfired(): readonly string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([name]) => name);
  }

  /** Goes on for `forMs`, and after that until every fault has fired, at most `extraMs`. */
  async run(forMs: number, extraMs: number): Promise<void> {
    const fromMs = this.#parts.nowMs();
    for (;;) {
      const ranMs = this.#parts.nowMs() - fromMs;
      if (ranMs >= forMs && (this.unfired.length === 0 || ranMs >= forMs + extraMs)) return;
      await this.#round();
    }
  }

  /** One or two faults from injection to healing, after a quiet time. */
  async #round(): Promise<void> {
    const { draws, quietMs = QUIET_MS } = this.#parts;
    await sleep(draws.between(quietMs.from, quietMs.to));
    const first = this.#next([]);
    if (first === undefined) return;
    const second = draws.chance(PAIRS) ? this.#next([first]) : undefined;
    const apartMs = draws.between(0, Math.min(APART_MS, first.longestMs));
    const both = [this.#do(first, 0), ...(second ? [this.#do(second, apartMs)] : [])];
    // all are awaited: nothing may come back after the world has been stopped
    const ends = await Promise.allSettled(both);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (second && ends.every((end) => end.status === 'fulfilled' && end.value)) {
      this.#pairs.add([first.name, second.name].sort().join(' + '));
    }
  }

  /** The one that had the fewest turns; the seed decides between equals. */
  #next(beside: readonly Fault[]): Fault | undefined {
    const possible = this.#parts.faults.filter((fault) =>
      beside.every((other) => other.takes !== fault.takes),
    );
    const turnsOf = (fault: Fault): number => this.#turns.get(fault.name) ?? 0;
    const least = Math.min(...possible.map(turnsOf));
    const rare = possible.filter((fault) => turnsOf(fault) === least);
    if (rare.length === 0) return undefined;
    const chosen = this.#parts.draws.pick(rare);
    this.#turns.set(chosen.name, least + 1);
    return chosen;
  }

  async #do(fault: Fault, afterMs: number): Promise<boolean> {
    const { draws, nowMs, record, log, holdMaxMs = fault.longestMs } = this.#parts;
    const longestMs = Math.min(fault.longestMs, holdMaxMs);
    const holdMs = draws.between(Math.min(SHORTEST_MS, longestMs), longestMs);
    await sleep(afterMs);
    const fromMs = nowMs();
    const active = await fault.inject(draws.random);
    if (active === undefined) return false;
    log(`${fault.name}: ${active.what}`);
    await sleep(holdMs);
    await active.heal();
    const fired = (await active.acted?.()) ?? 1;
    const toMs = nowMs();
    record(periodOf(fault, active, { fromMs, toMs }));
    this.#counts.set(fault.name, (this.#counts.get(fault.name) ?? 0) + (fired > 0 ? 1 : 0));
    log(`${fault.name}: over after ${((toMs - fromMs) / 1000).toFixed(1)} s`);
    return fired > 0;
  }
}

function periodOf(
  fault: Fault,
  active: ActiveFault,
  times: Pick<FaultPeriod, 'fromMs' | 'toMs'>,
): FaultPeriod {
  const { what, target, aheadMs } = active;
  const ahead = aheadMs === undefined ? {} : { aheadMs };
  return { kind: 'fault', fault: fault.name, what, target, ...ahead, ...times };
}
