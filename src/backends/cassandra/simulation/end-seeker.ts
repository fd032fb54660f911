import assert from 'node:assert/strict';
import { AppError, type FeedCursor } from '../../../core/index.js';
import type { Disturber } from './disturber.js';
import type { Ledger } from './ledger.js';
import { ServerGone } from './simulated-server.js';
import { note, type World } from './world.js';

const WAIT_MAX_MS = 500;

/** An answer to the question where the feed ends. */
interface FoundEnd {
  readonly savetimeMs: number;
  /** So many events were acknowledged before it was asked for. */
  readonly before: number;
  readonly answeredAtMs: number;
  /** The wait may have ended before everything was visible. */
  readonly early: boolean;
}

/** A client that asks now and then where the feed ends, as one does who follows from now on. */
export class EndSeeker {
  readonly #world: World;
  readonly #disturber: Disturber;
  readonly #ledger: Ledger;
  readonly #found: FoundEnd[] = [];
  #ended = false;

  constructor(world: World, parts: { readonly disturber: Disturber; readonly ledger: Ledger }) {
    this.#world = world;
    this.#disturber = parts.disturber;
    this.#ledger = parts.ledger;
  }

  async run(): Promise<void> {
    const { time, draws } = this.#world;
    while (!this.#ended) {
      await time.sleep(draws.skewed(20, 1_500));
      await this.#ask();
    }
  }

  end(): void {
    this.#ended = true;
  }

  /** What was begun later stands behind the end, what was acknowledged earlier before it. */
  check(): void {
    const savetimes = new Map<string, number>();
    for (const { events } of this.#world.tables.streams.values()) {
      for (const { eventId, savetimeMs } of events) savetimes.set(eventId, savetimeMs);
    }
    for (const end of this.#found) {
      for (const [eventId, savetimeMs] of savetimes) {
        if (this.#ledger.begunAtMs(eventId) <= end.answeredAtMs) continue;
        this.#world.history.count('appended after an end');
        assert.ok(savetimeMs > end.savetimeMs, `later: ${eventId} ${JSON.stringify(end)}`);
      }
      if (end.early) continue;
      for (const eventId of this.#ledger.inOrder.slice(0, end.before)) {
        const savetimeMs = savetimes.get(eventId) ?? assert.fail(`${eventId} is not there`);
        assert.ok(savetimeMs <= end.savetimeMs, `earlier: ${eventId} ${JSON.stringify(end)}`);
      }
    }
  }

  async #ask(): Promise<void> {
    const { time, draws, profile } = this.#world;
    const servers = this.#disturber.readable();
    if (servers.length === 0) return;
    const server = draws.pick(servers);
    const before = this.#ledger.inOrder.length;
    const beganMs = time.nowMs;
    let cursor: FeedCursor;
    try {
      cursor = await server.call((log) => log.feedEnd());
    } catch (error) {
      if (error instanceof ServerGone) return;
      if (error instanceof AppError && error.code === 'UNAVAILABLE') return;
      throw error;
    }
    assert.ok(cursor.kind === 'savetime');
    const waited = time.nowMs - beganMs >= WAIT_MAX_MS;
    this.#found.push({
      savetimeMs: cursor.savetimeMs,
      before,
      answeredAtMs: time.nowMs,
      early: waited || this.#disturber.gapRisks() > 0 || profile.mode === 'wild clocks',
    });
    note(this.#world, 'end of the feed', `${cursor.savetimeMs} ${server.name}`);
  }
}
