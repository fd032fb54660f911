import type { Components } from '../../../runtime/index.js';
import { unavailable } from '../errors.js';
import { roundOf, type FeedMembership, type OtherServer } from './membership.js';
import { SharedRun } from './shared-run.js';
import type { ViewConfirmer } from './view-confirmer.js';
import type { WriteRegister } from './write-register.js';

/** How long a read may wait for what was acknowledged before it. */
const WAIT_MAX_MS = 500;
const LOOK_AGAIN_MS = 20;
/** The second round after the first that was seen was composed after the read began. */
const ROUNDS_TO_AWAIT = 2;

export interface LowWaterMarkOptions {
  /** A server silent for so long is dead. */
  readonly feedDelayMs: number;
  /** Some writers publish no mark: trail the clock instead. */
  readonly foreignWriters: boolean;
}

interface RisingMark {
  readonly belowMs: number;
  /** No later one will be. */
  readonly last: boolean;
  /** It was taken since the call. */
  readonly observed: boolean;
}

interface Sighting {
  readonly beat: number;
  readonly sinceMonotonicMs: number;
}

/**
 * The savetime below which the view is complete: the lowest of this server's ceiling, its own mark
 * and the marks of all servers that live.
 */
export class LowWaterMark {
  readonly #membership: FeedMembership;
  readonly #register: WriteRegister;
  readonly #confirmer: ViewConfirmer;
  readonly #options: LowWaterMarkOptions;
  readonly #components: Components;
  readonly #sightings = new Map<string, Sighting>();
  readonly #observation = new SharedRun(() => this.#observe());
  #living: readonly OtherServer[] = [];
  #wantedMs = 0;
  #cachedMs = 0;

  constructor(
    parts: {
      readonly membership: FeedMembership;
      readonly register: WriteRegister;
      readonly confirmer: ViewConfirmer;
    },
    options: LowWaterMarkOptions,
    components: Components,
  ) {
    this.#membership = parts.membership;
    this.#register = parts.register;
    this.#confirmer = parts.confirmer;
    this.#options = options;
    this.#components = components;
  }

  /** A mark that was valid once and therefore still is. */
  cachedMs(): number {
    return this.#cachedMs;
  }

  /** A mark that was taken during the call, the last of `rising`. Throws UNAVAILABLE. */
  async now(): Promise<number> {
    let observed = false;
    for await (const mark of this.rising()) ({ observed } = mark);
    if (observed) return this.#cachedMs;
    throw unavailable(new Error('no mark of the feed in time'));
  }

  /**
   * Marks that rise, until what any server acknowledged before the call is below, at most for
   * 500 ms. The last is a fresh one, or the cached one where none comes in time. Throws
   * UNAVAILABLE.
   */
  async *rising(): AsyncGenerator<RisingMark, undefined> {
    const { clock, timers } = this.#components;
    const untilMs = clock.monotonicMs() + WAIT_MAX_MS;
    const awaited = new AwaitedServers();
    let targetMs = this.#register.ackedMs;
    let toldMs = 0;
    for (let observed = false; ; observed = true) {
      if (!this.#register.isEmpty) this.#confirmer.hurry();
      this.#wantedMs = Math.max(this.#wantedMs, targetMs);
      if (!(await this.#observeWithin(untilMs))) {
        yield { belowMs: this.#cachedMs, last: true, observed };
        return;
      }
      awaited.see(this.#living);
      targetMs = Math.max(targetMs, awaited.ackedMs);
      // With foreign writers the mark trails the clock: what is younger is not waited for.
      const complete =
        this.#options.foreignWriters || (awaited.isComplete && this.#cachedMs > targetMs);
      const leftMs = untilMs - clock.monotonicMs();
      const last = complete || leftMs <= 0;
      if (last || this.#cachedMs > toldMs) {
        toldMs = this.#cachedMs;
        yield { belowMs: toldMs, last, observed: true };
        if (last) return;
      }
      const pause = timers.sleep(Math.min(leftMs, LOOK_AGAIN_MS));
      await (this.#register.isEmpty ? pause : Promise.race([this.#register.changed(), pause]));
    }
  }

  /** False when the time was over first. Throws UNAVAILABLE. */
  async #observeWithin(untilMs: number): Promise<boolean> {
    const { clock, timers } = this.#components;
    const over = new AbortController();
    const late = timers.sleep(Math.max(0, untilMs - clock.monotonicMs()), over.signal);
    try {
      const observed = this.#observation.request().then(() => true);
      observed.catch(() => undefined); // it may fail after the time is over
      return await Promise.race([observed, late.then(() => false)]);
    } catch (error) {
      throw unavailable(error);
    } finally {
      over.abort();
    }
  }

  /** Looks at the others once, so that their silence is counted from now on. */
  async begin(): Promise<void> {
    await this.#lookAtOthers();
  }

  async #observe(): Promise<void> {
    const { clock, metrics } = this.#components;
    const wantedMs = Math.max(this.#wantedMs, clock.nowMs());
    const ceilingMs = await this.#membership.ceilingAbove(wantedMs);
    const living = await this.#lookAtOthers();
    this.#living = living;
    // Own savetimes move above what others have acknowledged, so that a slow clock holds nobody up.
    const ackedMs = living.map((o) => o.ackedMs);
    this.#register.raiseFloor(Math.max(0, ...ackedMs) + 1);
    const marks = living.flatMap((o) => (o.markMs === undefined ? [] : [o.markMs]));
    const markMs = Math.min(ceilingMs, this.#register.mark(clock.nowMs()), ...marks);
    const allowedMs = this.#options.foreignWriters
      ? Math.min(markMs, clock.nowMs() - this.#options.feedDelayMs)
      : markMs;
    this.#cachedMs = Math.max(this.#cachedMs, allowedMs);
    const lagMs = clock.nowMs() - this.#cachedMs;
    metrics.observe('cassadra_feed_mark_lag_seconds', {}, lagMs / 1_000);
  }

  /** Those that live. */
  async #lookAtOthers(): Promise<OtherServer[]> {
    const askedAtMs = this.#components.clock.monotonicMs();
    return this.#sight(await this.#membership.others(), askedAtMs);
  }

  /** Silence ends no later than the question: the answer may have waited for a long time. */
  #sight(others: readonly OtherServer[], askedAtMs: number): OtherServer[] {
    const nowMs = this.#components.clock.monotonicMs();
    const present = new Set<string>(others.map((other) => other.server));
    for (const server of this.#sightings.keys()) {
      if (!present.has(server)) this.#sightings.delete(server);
    }
    return others.filter((other) => {
      const before = this.#sightings.get(other.server);
      if (before?.beat !== other.beat) {
        this.#sightings.set(other.server, { beat: other.beat, sinceMonotonicMs: nowMs });
        return true;
      }
      const silent = askedAtMs - before.sinceMonotonicMs >= this.#options.feedDelayMs;
      return !silent || other.markMs === undefined;
    });
  }
}

/** What one read waits for: acknowledgements of the servers that wrote when it began. */
class AwaitedServers {
  readonly #firstBeats = new Map<string, number>();
  readonly #settled = new Map<string, number>();
  #living = new Set<string>();

  see(living: readonly OtherServer[]): void {
    this.#living = new Set(living.map((other) => other.server));
    for (const other of living) {
      if (this.#settled.has(other.server)) continue;
      const first = this.#firstBeats.get(other.server) ?? other.beat;
      this.#firstBeats.set(other.server, first);
      const idle = other.markMs === undefined;
      if (idle || roundOf(other.beat) >= roundOf(first) + ROUNDS_TO_AWAIT) {
        this.#settled.set(other.server, other.ackedMs);
      }
    }
  }

  get isComplete(): boolean {
    return [...this.#firstBeats.keys()].every((s) => this.#settled.has(s) || !this.#living.has(s));
  }

  /** Highest savetime that must come to lie below the mark. */
  get ackedMs(): number {
    return Math.max(0, ...this.#settled.values());
  }
}
