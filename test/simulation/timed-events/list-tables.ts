import type { ListTables } from '../../../src/backends/cassandra/index.js';
import {
  summaryOf,
  type TimedEvent,
  type TimedEventKey,
  type TimedEventSummary,
} from '../../../src/core/index.js';
import { keyText } from './ledger.js';
import type { Link } from './link.js';
import type { World } from './world.js';

type ListingRange = Parameters<ListTables['readListings']>[0];
type Listing = Awaited<ReturnType<ListTables['readListings']>>[number];

const DAY_MS = 86_400_000;
/** Of two writes for one change, that of its end counts. */
const LATER = 0.001;

function before(left: Listing, right: Listing): boolean {
  if (left.dueMs !== right.dueMs) return left.dueMs < right.dueMs;
  return left.eventId < right.eventId;
}

/** `timed_events_by_due` and `timed_event_days`. Event ids are ASCII here. */
export class SimulatedListTables implements ListTables {
  readonly #world: World;
  readonly #link: Link;

  constructor(world: World, link: Link) {
    this.#world = world;
    this.#link = link;
  }

  writeListing(event: TimedEvent): Promise<void> {
    return this.#write(event, event.plan.dueMs, Number.POSITIVE_INFINITY, 0);
  }

  expireListing(event: TimedEvent, dueMs: number, ttlMs: number): Promise<void> {
    return this.#write(event, dueMs, Math.ceil(ttlMs / 1_000) * 1_000, LATER);
  }

  countPending(application: string, day: number): Promise<number> {
    const { rows } = this.#world;
    return this.#link.call({
      name: 'listings counted',
      kind: 'read',
      apply: () =>
        [...(rows.listings.get(`${day} ${application}`)?.values() ?? [])].filter(
          // what is over is on its way out
          ({ expiresMs }) => expiresMs === Number.POSITIVE_INFINITY,
        ).length,
    });
  }

  readDays(application: string): Promise<readonly number[]> {
    const { days } = this.#world.rows;
    return this.#link.call({
      name: 'days read',
      kind: 'read',
      apply: () => [...(days.get(application) ?? [])],
    });
  }

  readListings(range: ListingRange): Promise<readonly Listing[]> {
    const { rows, time } = this.#world;
    const { application, day, fromMs, untilMs, after, limit } = range;
    return this.#link.call({
      name: 'listings read',
      kind: 'read',
      apply: () =>
        [...(rows.listings.get(`${day} ${application}`)?.values() ?? [])]
          .filter(({ expiresMs }) => expiresMs > time.nowMs)
          .filter((row) => row.dueMs < untilMs)
          .filter((row) => (after === undefined ? row.dueMs >= fromMs : before(after, row)))
          .sort((left, right) => (before(left, right) ? -1 : 1))
          .slice(0, limit)
          .map(({ dueMs, eventId }) => ({ dueMs, eventId })),
    });
  }

  readSummary(key: TimedEventKey): Promise<TimedEventSummary | undefined> {
    return this.#link.call({
      name: 'summary read',
      kind: 'read',
      apply: () => {
        const { visible } = this.#world.rows.entry(keyText(key));
        return visible === undefined ? undefined : summaryOf(visible);
      },
    });
  }

  #write(
    { key, updatedMs }: TimedEvent,
    dueMs: number,
    ttlMs: number,
    laterMs: number,
  ): Promise<void> {
    const { rows, time } = this.#world;
    const stamp = updatedMs + laterMs;
    const { application, eventId } = key;
    const day = Math.floor(dueMs / DAY_MS);
    return this.#link.call({
      name: 'listing',
      kind: 'write',
      apply: () => {
        const days = rows.days.get(application) ?? new Set();
        rows.days.set(application, days.add(day));
        const partition = `${day} ${application}`;
        const listings = rows.listings.get(partition) ?? new Map<string, never>();
        rows.listings.set(partition, listings);
        const row = `${dueMs} ${eventId}`;
        if ((listings.get(row)?.stamp ?? 0) > stamp) return;
        listings.set(row, { dueMs, eventId, expiresMs: time.nowMs + ttlMs, stamp });
      },
    });
  }
}
