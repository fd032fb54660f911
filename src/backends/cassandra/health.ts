import type { Client } from 'cassandra-driver';
import type { Components } from '../../runtime/index.js';
import type { BackendHealth } from '../../storage/index.js';
import type { StorageClock } from './timed-events/index.js';

const CHECK_EVERY_MS = 1_000;

/** Asks Cassandra for its clock, again and again: whether it answers, and how far we are apart. */
export class HealthCheck {
  readonly #client: Client;
  readonly #maxSkewMs: number;
  readonly #storageClock: StorageClock;
  readonly #components: Components;
  readonly #stopped = new AbortController();
  #health: BackendHealth = { kind: 'not-ready', reason: 'not checked yet' };
  #loop: Promise<void> | undefined;
  #skewMs: number | undefined;
  #forgetMetric: (() => void) | undefined;

  constructor(
    client: Client,
    settings: { readonly maxClockSkewMs: number; readonly storageClock: StorageClock },
    components: Components,
  ) {
    this.#client = client;
    this.#maxSkewMs = settings.maxClockSkewMs;
    this.#storageClock = settings.storageClock;
    this.#components = components;
  }

  health(): BackendHealth {
    return this.#health;
  }

  /** Checks once, then goes on in the background. */
  async start(): Promise<void> {
    this.#health = await this.#check();
    this.#loop ??= this.#keepChecking();
    const { metrics } = this.#components;
    this.#forgetMetric ??= metrics.gauge('cassadra_cassandra_clock_skew_seconds', () =>
      this.#skewMs === undefined ? [] : [{ labels: {}, value: this.#skewMs / 1_000 }],
    );
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#forgetMetric?.();
    await this.#loop;
    this.#health = { kind: 'not-ready', reason: 'closed' };
  }

  async #keepChecking(): Promise<void> {
    const { timers, logger } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(CHECK_EVERY_MS, signal);
      const before = this.#health;
      this.#health = await this.#check();
      if (before.kind === this.#health.kind) continue;
      logger.warn({ ...this.#health }, 'readiness of Cassandra has changed');
    }
  }

  async #check(): Promise<BackendHealth> {
    const { clock } = this.#components;
    const beforeMs = clock.nowMs();
    const sentMs = clock.monotonicMs();
    try {
      const { rows } = await this.#client.execute(
        'SELECT toTimestamp(now()) AS now FROM system.local',
        [],
        { prepare: true, isIdempotent: true, readTimeout: 2_000 },
      );
      const afterMs = clock.nowMs();
      const there: unknown = rows[0]?.get('now');
      if (!(there instanceof Date)) return { kind: 'not-ready', reason: 'Cassandra tells no time' };
      this.#storageClock.observe(there.getTime(), sentMs, clock.monotonicMs());
      // The answer was made somewhere between the two; only what lies outside is skew for certain.
      const skewMs = Math.max(beforeMs - there.getTime(), there.getTime() - afterMs, 0);
      this.#skewMs = skewMs;
      return skewMs <= this.#maxSkewMs
        ? { kind: 'ready' }
        : { kind: 'not-ready', reason: `the clock is ${skewMs} ms from that of Cassandra` };
    } catch {
      this.#skewMs = undefined;
      return { kind: 'not-ready', reason: 'Cassandra does not answer' };
    }
  }
}
