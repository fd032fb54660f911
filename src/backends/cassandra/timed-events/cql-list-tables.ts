import { types } from 'cassandra-driver';
import type { TimedEvent, TimedEventKey, TimedEventSummary } from '../../../core/index.js';
import type { Timers } from '../../../runtime/index.js';
import type { CqlSession, Param } from '../cql-session.js';
import { GroupedWrites } from '../grouped-writes.js';
import { LruMap } from '../lru-map.js';
import { optionalInt, optionalText, requiredTime, timeParam } from '../row-codec.js';
import { optionalLong, summaryOfRow } from './entry-row.js';
import { dayOf } from './time-slices.js';
import type { Listing, ListingRange, ListTables } from './timed-tables.js';

const KNOWN_DAYS_MAX = 10_000;
/** The unit of Cassandra's write times. */
const MICROSECONDS = 1_000;

/** `timed_events_by_due` and `timed_event_days` over the driver. */
export class CqlListTables implements ListTables {
  readonly #session: CqlSession;
  readonly #listings: GroupedWrites;
  readonly #keyspace: string;
  readonly #knownDays = new LruMap<string, true>(KNOWN_DAYS_MAX);

  constructor(session: CqlSession, keyspace: string, timers: Timers) {
    this.#session = session;
    this.#listings = new GroupedWrites(session, 'feed', timers);
    this.#keyspace = keyspace;
  }

  async writeListing(event: TimedEvent, anew: boolean): Promise<void> {
    const { dueMs } = event.plan;
    // a null is a tombstone: only where there is something to hide
    const finished = anew ? null : types.unset;
    const stamp = event.updatedMs * MICROSECONDS;
    await Promise.all([
      this.#insert(event, dueMs, 'USING TIMESTAMP ?', [finished, stamp]),
      this.#writeDay(event.key.application, dayOf(dueMs)),
    ]);
  }

  async expireListing(event: TimedEvent, dueMs: number, ttlMs: number): Promise<void> {
    const ttl = Math.ceil(ttlMs / 1_000);
    // after `writeListing` of the same event: at the same time its null would win
    const stamp = event.updatedMs * MICROSECONDS + 1;
    await this.#insert(event, dueMs, 'USING TTL ? AND TIMESTAMP ?', [true, ttl, stamp]);
  }

  async countPending(application: string, day: number): Promise<number> {
    const query =
      'SELECT COUNT(*) AS listed, COUNT(finished) AS finished ' +
      `FROM ${this.#keyspace}.timed_events_by_due WHERE application = ? AND day = ?`;
    const { rows } = await this.#session.read(
      { query, params: [application, day] },
      { level: 'feed' },
    );
    const [row] = rows;
    if (row === undefined) return 0;
    return (optionalLong(row, 'listed') ?? 0) - (optionalLong(row, 'finished') ?? 0);
  }

  async readDays(application: string): Promise<readonly number[]> {
    const query = `SELECT day FROM ${this.#keyspace}.timed_event_days WHERE application = ?`;
    const days: number[] = [];
    let pageState: string | undefined;
    do {
      const page = await this.#session.read(
        { query, params: [application] },
        { level: 'feed', ...(pageState === undefined ? {} : { pageState }) },
      );
      days.push(...page.rows.map((row) => optionalInt(row, 'day') ?? 0));
      pageState = page.pageState;
    } while (pageState !== undefined);
    return days;
  }

  async readListings(range: ListingRange): Promise<readonly Listing[]> {
    const { application, day, fromMs, untilMs, after, limit } = range;
    const table = `${this.#keyspace}.timed_events_by_due`;
    const select = `SELECT due, event_id FROM ${table} WHERE application = ? AND day = ?`;
    const end = 'AND due < ? LIMIT ?';
    const statement =
      after === undefined
        ? {
            query: `${select} AND due >= ? ${end}`,
            params: [application, day, timeParam(fromMs), timeParam(untilMs), limit],
          }
        : {
            query: `${select} AND (due, event_id) > (?, ?) AND (due) < (?) LIMIT ?`,
            params: [
              application,
              day,
              timeParam(after.dueMs),
              after.eventId,
              timeParam(untilMs),
              limit,
            ],
          };
    const { rows } = await this.#session.read(statement, { level: 'feed', fetchSize: limit });
    return rows.map((row) => ({
      dueMs: requiredTime(row, 'due'),
      eventId: optionalText(row, 'event_id') ?? '',
    }));
  }

  async readSummary(key: TimedEventKey): Promise<TimedEventSummary | undefined> {
    const query =
      'SELECT generation, change, status, next, due, poller, epoch, claimed, finished, reason, ' +
      `created, updated, plan, attempts FROM ${this.#keyspace}.timed_events ` +
      'WHERE application = ? AND event_id = ?';
    const params = [key.application, key.eventId];
    const { rows } = await this.#session.read({ query, params }, { level: 'feed' });
    const [row] = rows;
    return row === undefined ? undefined : summaryOfRow(key, row);
  }

  async #insert(
    { key }: TimedEvent,
    dueMs: number,
    using: string,
    rest: readonly Param[],
  ): Promise<void> {
    const query =
      `INSERT INTO ${this.#keyspace}.timed_events_by_due ` +
      `(application, day, due, event_id, finished) VALUES (?, ?, ?, ?, ?) ${using}`;
    const { application, eventId } = key;
    const day = dayOf(dueMs);
    const params = [application, day, timeParam(dueMs), eventId, ...rest];
    await this.#listings.write(`${day} ${application}`, { query, params });
  }

  async #writeDay(application: string, day: number): Promise<void> {
    const known = `${day} ${application}`;
    if (this.#knownDays.get(known) === true) return;
    const query = `INSERT INTO ${this.#keyspace}.timed_event_days (application, day) VALUES (?, ?)`;
    await this.#session.write([{ query, params: [application, day] }], 'feed');
    this.#knownDays.set(known, true);
  }
}
