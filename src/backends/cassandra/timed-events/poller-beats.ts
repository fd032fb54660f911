import type { Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import { LruMap } from '../lru-map.js';
import type { ShardTables } from './timed-tables.js';

const PUBLISH_EVERY_MS = 700;
/** How long after its last acknowledged beat was sent a poller may begin attempts. */
export const HOLD_MS = 3_000;
/** A poller whose beat has not changed for so long, by the watcher's monotonic clock, is gone. */
export const GONE_MS = 3_500;
const DEPARTED_MAX = 1_000;
/** Nobody asks for them any more. */
const SUSPECT_KEPT_MS = 60_000;
/** Tries that may be on their way at once, should some be slow. */
const IN_FLIGHT_MAX = 3;

interface Sighting {
  readonly beat: number;
  /** When the first read that showed this beat had been answered. */
  readonly seenMs: number;
}

/** Who is alive: this poller by what it has published, others by what changes. */
export class PollerBeats {
  readonly #tables: ShardTables;
  readonly #poller: Uuid;
  readonly #healthy: () => boolean;
  readonly #components: Components;
  readonly #stopped = new AbortController();
  readonly #sightings = new Map<Uuid, Sighting>();
  /** Pollers that have left the table. */
  readonly #departed = new LruMap<Uuid, true>(DEPARTED_MAX);
  /** Pollers that a claim names and no read has shown, with when that was asked first. */
  readonly #suspects = new Map<Uuid, number>();
  #gone: ReadonlySet<Uuid> = new Set();
  #lastReadBegunMs = Number.NEGATIVE_INFINITY;
  #ackedMs = Number.NEGATIVE_INFINITY;
  #ackedWallMs = Number.NEGATIVE_INFINITY;
  #beat = 0;
  /** Shown to the others by the sign of the beat. */
  #leaving = false;
  #inFlight = 0;
  #lapses = 0;
  #lapsed = false;
  #loop: Promise<void> | undefined;

  /** While it is not healthy, nothing is published: others take over. */
  constructor(
    parts: {
      readonly tables: ShardTables;
      readonly poller: Uuid;
      readonly healthy: () => boolean;
    },
    components: Components,
  ) {
    this.#tables = parts.tables;
    this.#poller = parts.poller;
    this.#healthy = parts.healthy;
    this.#components = components;
  }

  /** How often it was silent for so long that others may have taken what it had. */
  get lapses(): number {
    return this.#lapses;
  }

  /** Publishes once, then goes on in the background. Rejects when the storage does not answer. */
  async start(): Promise<void> {
    await this.#publish();
    this.#loop = this.#keepPublishing();
  }

  /** Takes no part any more, while its claims stay alive. */
  async leave(): Promise<void> {
    this.#leaving = true;
    if (this.#loop !== undefined) await this.#publish().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#tables.withdrawBeat(this.#poller).catch(() => undefined);
  }

  /**
   * Whether others must take this poller to be alive at this moment. Once it was not, only the next
   * acknowledged beat makes it so, and counts a lapse: what it had may have been dropped or taken.
   */
  get fresh(): boolean {
    const { clock } = this.#components;
    // while a machine sleeps, the monotonic clock may stand still
    const asleep = clock.nowMs() - this.#ackedWallMs >= HOLD_MS;
    if (asleep || clock.monotonicMs() - this.#ackedMs >= HOLD_MS) this.#lapsed = true;
    return !this.#lapsed;
  }

  /** Looks at the others. Rejects when the storage does not answer. */
  async watch(): Promise<void> {
    const { clock } = this.#components;
    const begunMs = clock.monotonicMs();
    const beats = await this.#tables.readBeats();
    const seenMs = clock.monotonicMs();
    const gone = new Set<Uuid>();
    for (const [poller, beat] of beats) {
      const before = this.#sightings.get(poller);
      if (before?.beat !== beat) this.#sightings.set(poller, { beat, seenMs });
      else if (begunMs >= before.seenMs + GONE_MS) gone.add(poller);
    }
    for (const poller of this.#sightings.keys()) {
      if (beats.has(poller)) continue;
      this.#sightings.delete(poller);
      this.#departed.set(poller, true);
    }
    for (const [poller, askedMs] of this.#suspects) {
      if (seenMs - askedMs > SUSPECT_KEPT_MS) this.#suspects.delete(poller);
    }
    this.#gone = gone;
    this.#lastReadBegunMs = begunMs;
  }

  /** The living that do not leave, this one included, in a stable order. */
  alive(): readonly Uuid[] {
    const others = [...this.#sightings].filter(([poller, { beat }]) => {
      return beat > 0 && !this.#gone.has(poller);
    });
    return [...new Set([...others.map(([poller]) => poller), this.#poller])].sort();
  }

  isGone(poller: Uuid): boolean {
    if (poller === this.#poller) return false;
    if (this.#sightings.has(poller)) return this.#gone.has(poller);
    if (this.#departed.get(poller) === true) return true;
    // A poller is in the table before it claims anything: a read begun from now on will show it.
    const askedMs = this.#suspects.get(poller) ?? this.#components.clock.monotonicMs();
    this.#suspects.set(poller, askedMs);
    return this.#lastReadBegunMs > askedMs;
  }

  async #keepPublishing(): Promise<void> {
    const { timers } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(PUBLISH_EVERY_MS, signal);
      if (signal.aborted || this.#inFlight >= IN_FLIGHT_MAX || !this.#healthy()) continue;
      this.#publish().catch(() => undefined);
    }
  }

  async #publish(): Promise<void> {
    const { clock } = this.#components;
    const sentMs = clock.monotonicMs();
    const sentWallMs = clock.nowMs();
    this.#beat += 1;
    this.#inFlight += 1;
    try {
      await this.#tables.publishBeat(this.#poller, this.#leaving ? -this.#beat : this.#beat);
    } finally {
      this.#inFlight -= 1;
    }
    // Others may have given this poller up before the answer came, even if the beat was in time.
    if (!this.fresh) this.#lapses += 1;
    this.#lapsed = false;
    if (sentMs < this.#ackedMs) return;
    this.#ackedMs = sentMs;
    this.#ackedWallMs = sentWallMs;
  }
}
