import assert from 'node:assert/strict';
import {
  AppError,
  FEED_START,
  parseTypeCode,
  type FeedCursor,
  type PageBoundary,
  type RecordedEvent,
  type TypeCode,
} from '../../../core/index.js';
import type { FeedPage } from '../../../storage/index.js';
import { compareInView, type ViewPlace } from '../view-order.js';
import type { Disturber } from './disturber.js';
import type { Ledger } from './ledger.js';
import { ServerGone, type SimulatedServer } from './simulated-server.js';
import { lowerBound, type StoredEvent } from './tables.js';
import { note, type World } from './world.js';

const WAIT_MAX_MS = 500;
const MOVE_CHANCE = 0.1;
const START: ViewPlace = { savetimeMs: Number.NEGATIVE_INFINITY, version: 0, stream: '' };

/** A client that follows some types through one cursor, now and then on another server. */
export class Reader {
  readonly #world: World;
  readonly #disturber: Disturber;
  readonly #ledger: Ledger;
  readonly #types: readonly TypeCode[];
  readonly #boundary: PageBoundary;
  readonly #seen = new Set<string>();
  /** By type: so many of those acknowledged are known to have been shown. */
  readonly #shown = new Map<TypeCode, number>();
  #server: SimulatedServer | undefined;
  #after: FeedCursor = FEED_START;
  #last: ViewPlace = START;
  #ended = false;

  constructor(
    world: World,
    parts: { readonly disturber: Disturber; readonly ledger: Ledger },
    follows: { readonly types: readonly number[]; readonly boundary: PageBoundary },
  ) {
    this.#world = world;
    this.#disturber = parts.disturber;
    this.#ledger = parts.ledger;
    this.#types = follows.types.map((code) => parseTypeCode(code) ?? assert.fail('no type'));
    this.#boundary = follows.boundary;
  }

  async run(): Promise<void> {
    const { time, draws } = this.#world;
    while (!this.#ended) {
      const rests = draws.chance(0.03) && !this.#world.calm;
      await time.sleep(rests ? 2_000 : draws.skewed(5, 600));
      const server = this.#choose();
      if (server !== undefined) await this.#poll(server);
    }
  }

  end(): void {
    this.#ended = true;
  }

  /** Events of the types that are in the table and were not read. */
  missing(): StoredEvent[] {
    const { tables } = this.#world;
    const unseen = ({ eventId }: StoredEvent): boolean => !this.#seen.has(eventId);
    return this.#types.flatMap((type) => tables.view(type).filter(unseen));
  }

  describe(): string {
    const place = JSON.stringify(this.#last);
    return `reader of types ${this.#types.join()} (${this.#boundary}) at ${place}`;
  }

  #choose(): SimulatedServer | undefined {
    const { draws, calm } = this.#world;
    const servers = calm ? this.#disturber.ready() : this.#disturber.readable();
    const stays = this.#server !== undefined && servers.includes(this.#server);
    if (stays && (calm || !draws.chance(MOVE_CHANCE))) return this.#server;
    this.#server = servers.length === 0 ? undefined : draws.pick(servers);
    if (this.#last !== START) note(this.#world, 'cursor moved', this.#server?.name);
    return this.#server;
  }

  async #poll(server: SimulatedServer): Promise<void> {
    const { time, draws } = this.#world;
    const acknowledged = this.#types.map((type) => this.#ledger.acknowledged(type).length);
    const beganMs = time.nowMs;
    this.#world.history.count('read');
    const page = await this.#read(server, this.#world.calm ? 1_000 : draws.pick([1, 3, 10, 1_000]));
    if (page === undefined) return;
    for (const event of page.events) this.#see(event);
    this.#after = this.#next(page);
    this.#checkPassed(server);
    if (!page.caughtUp) return;
    if (time.nowMs - beganMs < WAIT_MAX_MS) this.#checkAcknowledged(acknowledged, server);
    else note(this.#world, 'read waited');
  }

  async #read(server: SimulatedServer, limit: number): Promise<FeedPage | undefined> {
    const rules = { limit, bytesMax: 1_000, boundary: this.#boundary };
    const { calm, draws } = this.#world;
    const soon = !calm && draws.chance(0.5);
    const query = { ...rules, types: this.#types, after: this.#after, soon };
    try {
      return await server.call((log) => log.readByType(query));
    } catch (error) {
      if (error instanceof ServerGone) return undefined;
      if (error instanceof AppError && error.code === 'UNAVAILABLE') {
        note(this.#world, 'read unavailable', server.name);
        return undefined;
      }
      throw error;
    }
  }

  #see(event: RecordedEvent): void {
    const place = { ...event, stream: event.stream };
    assert.ok(compareInView(this.#last, place) < 0, `${this.describe()}: out of order`);
    this.#last = { savetimeMs: place.savetimeMs, version: place.version, stream: place.stream };
    this.#seen.add(event.eventId ?? '');
    note(this.#world, 'seen', `${event.eventId} ${event.savetimeMs} ${this.#server?.name}`);
  }

  /** A client of the seed's API hands back the last savetime that it saw. */
  #next(page: FeedPage): FeedCursor {
    const last = page.events.at(-1);
    if (this.#boundary === 'event' || last === undefined) return page.next;
    return { kind: 'savetime', savetimeMs: last.savetimeMs };
  }

  /** What is applied already and lies before the cursor was read, or never will be. */
  #checkPassed(server: SimulatedServer): void {
    if (this.#world.profile.mode === 'storms' || this.#last === START) return;
    const behind = { ...this.#last, stream: `${this.#last.stream}+` }; // just behind the event
    const passed = this.#types.map((type) => {
      const applied = this.#world.tables.view(type);
      return { applied, count: lowerBound(applied, behind) };
    });
    if (passed.reduce((sum, { count }) => sum + count, 0) === this.#seen.size) return;
    const lost = passed
      .flatMap(({ applied, count }) => applied.slice(0, count))
      .filter(({ eventId }) => !this.#seen.has(eventId));
    assert.fail(`${this.describe()} on ${server.name} has passed ${JSON.stringify(lost)}`);
  }

  /** What was acknowledged before the read began must have been shown. */
  #checkAcknowledged(counts: readonly number[], server: SimulatedServer): void {
    // A dead server's acknowledgements may be ahead of other clocks, for as long as they differ.
    if (this.#disturber.gapRisks() > 0 || this.#world.profile.mode === 'wild clocks') return;
    for (const [index, type] of this.#types.entries()) {
      const shown = this.#shown.get(type) ?? 0;
      const count = counts[index] ?? 0;
      for (const id of this.#ledger.acknowledged(type).slice(shown, count)) {
        if (this.#seen.has(id)) continue;
        assert.fail(`${this.describe()} on ${server.name} was not shown acknowledged ${id}`);
      }
      this.#shown.set(type, Math.max(shown, count));
    }
    if (this.#types.length > 1) note(this.#world, 'read of several types complete');
    note(this.#world, 'read complete');
  }
}
