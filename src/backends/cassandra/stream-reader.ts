import {
  AppError,
  ContiguityCheck,
  INT32_MAX,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import type { CqlSession, Page, Row, Statement } from './cql-session.js';
import type { VersionRange } from './earlier-rows.js';
import { unavailable } from './errors.js';
import { FetchSize, LargestRow } from './fetch-size.js';
import { recordedEvent, requiredInt, rowBytes, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';
import type { StreamHeads } from './stream-heads.js';
import { VersionsLeft } from './versions-left.js';

/** What is still to be read. It moves on before a chunk is handed over. */
interface Place {
  readonly stream: Uuid;
  readonly direction: StreamQuery['direction'];
  from: number;
  left: number;
}

interface LevelPlace extends Place {
  readonly level: 'read' | 'serial';
}

interface EventPage {
  /** At least one. */
  readonly events: readonly RecordedEvent[];
  /** Of the stream, when the page was read. */
  readonly currentVersion: number;
}

/** Pages through the table; checks that no version is missing or doubled. */
export class StreamReader {
  readonly #session: CqlSession;
  readonly #statements: Statements;
  readonly #heads: StreamHeads;
  readonly #largest = new LargestRow();

  constructor(session: CqlSession, statements: Statements, heads: StreamHeads) {
    this.#session = session;
    this.#statements = statements;
    this.#heads = heads;
  }

  /** See `EventLog.readStream`. */
  async *read(query: StreamQuery): AsyncGenerator<readonly RecordedEvent[]> {
    const { stream, direction, limit = Number.POSITIVE_INFINITY } = query;
    const from =
      direction === 'forward'
        ? Math.max(1, query.fromVersion ?? 1)
        : (query.fromVersion ?? INT32_MAX);
    if (from < 1 || limit === 0) return;
    const place: Place = { stream, direction, from, left: limit };
    try {
      yield* this.#read(place, 'read');
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'STREAM_CORRUPT') throw error;
    }
    // A commit that reached one replica is repaired on others page by page: until a serial read
    // has finished it, these say that the stream is longer than its rows are.
    yield* this.#read(place, 'serial');
  }

  async *#read(place: Place, level: LevelPlace['level']): AsyncGenerator<readonly RecordedEvent[]> {
    const { stream, direction, from } = place;
    let check: ContiguityCheck | undefined;
    let currentVersion = 0;
    for await (const page of this.#pages({ ...place, level })) {
      const { events } = page;
      ({ currentVersion } = page);
      check ??= new ContiguityCheck(stream, Math.min(from, currentVersion), direction);
      for (const event of events) check.see(event.version);
      const last = events.at(-1);
      if (last !== undefined) place.from = last.version + (direction === 'forward' ? 1 : -1);
      place.left -= events.length;
      yield events;
      if (place.left <= 0) return;
    }
    if (check !== undefined) check.end(direction === 'forward' ? currentVersion : 1);
    else if (await this.#hasGrown({ ...place, level })) yield* this.#read(place, 'serial');
  }

  /** The events from one version to another, both included, read serially. */
  async range(stream: Uuid, from: number, to: number): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const place: Place = { stream, direction: 'forward', from, left: to - from + 1 };
    for await (const chunk of this.#read(place, 'serial')) events.push(...chunk);
    return events;
  }

  /**
   * The first page tells how far the stream goes, and what its rows weigh. Versions leave no gaps,
   * so the other pages are asked for by their versions, before those ahead of them are here:
   * Cassandra makes one while we take in, decode and hand over another.
   */
  async *#pages(query: LevelPlace): AsyncGenerator<EventPage> {
    const { stream, direction, level } = query;
    const fetchSize = new FetchSize({ largest: this.#largest });
    const first = await this.#first(query, Math.min(fetchSize.rows, query.left));
    const last = first.at(-1);
    if (last === undefined) return;
    const lastVersion = requiredInt(last, 'version');
    const left = new VersionsLeft(direction, lastVersion, query.left - first.length);
    const coming: Promise<readonly Row[]>[] = [];
    let currentVersion = 0;
    let isLong = false;
    for (let rows: readonly Row[] | undefined = first; rows; rows = await coming.shift()) {
      const [row] = rows;
      if (row === undefined) continue;
      // of pages that are on their way together, a later one may have been read earlier
      currentVersion = Math.max(currentVersion, requiredInt(row, 'current_version'));
      fetchSize.seen(rows.length, this.#largest.seeAll(rows.map(rowBytes)));
      const ahead = isLong && level === 'read' ? fetchSize.pagesAhead : 1;
      while (coming.length < ahead) {
        const range = left.take(fetchSize.rows, currentVersion);
        if (range === undefined) break;
        const page = this.#range(query, range);
        page.catch(() => undefined); // the reader may have gone when it fails
        coming.push(page);
      }
      isLong = true;
      yield { events: rows.map((each) => recordedEvent(each, stream)), currentVersion };
    }
  }

  /** From `query.from` on, at most `rows`. */
  async #first(query: LevelPlace, rows: number): Promise<readonly Row[]> {
    const { eventsForward, eventsBackward } = this.#statements;
    const text = query.direction === 'forward' ? eventsForward : eventsBackward;
    const params = [uuidParam(query.stream), query.from];
    const page = await this.#page({ query: text, params }, query.level, rows);
    return page.rows.slice(0, rows);
  }

  /** All rows of these versions: one for each, if none is missing and none is doubled. */
  async #range(query: LevelPlace, { from, to }: VersionRange): Promise<readonly Row[]> {
    const { rangeForward, rangeBackward } = this.#statements;
    const text = query.direction === 'forward' ? rangeForward : rangeBackward;
    const statement = { query: text, params: [uuidParam(query.stream), from, to] };
    const rows: Row[] = [];
    // one more: after a page that is full Cassandra has another one asked for, which is empty
    const fetchSize = to - from + 2;
    for (let pageState: string | undefined; ; ) {
      const page: Page = await this.#page(statement, query.level, fetchSize, pageState);
      rows.push(...page.rows);
      ({ pageState } = page);
      if (pageState === undefined) return rows;
    }
  }

  async #page(
    statement: Statement,
    level: LevelPlace['level'],
    fetchSize: number,
    pageState?: string,
  ): Promise<Page> {
    const from = pageState === undefined ? {} : { pageState };
    try {
      return await this.#session.read(statement, { level, fetchSize, ...from });
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * After a read without rows: whether there are some now, which are no more trusted than others.
   * None is right when the stream ends before `from`, and corruption when it does not.
   */
  async #hasGrown(query: LevelPlace): Promise<boolean> {
    const reaches = async (): Promise<boolean> => {
      const head = await this.#heads.read(query.stream, query.level).catch((error: unknown) => {
        throw unavailable(error);
      });
      return query.direction === 'forward' ? head.version >= query.from : head.version > 0;
    };
    if (!(await reaches())) return false;
    const again = await this.#first(query, 1); // appended in between?
    if (again.length > 0) return true;
    throw new AppError('STREAM_CORRUPT', `stream ${query.stream}: the events are missing`, {
      stream: query.stream,
    });
  }
}
