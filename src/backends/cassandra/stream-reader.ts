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
  /** The highest that this page and those before it have told of. */
  readonly currentVersion: number;
}

/** Rows as they were asked for. */
interface Stretch {
  readonly rows: readonly Row[];
  /** Of an open one: the version at which the stream goes on; undefined: nothing is left. */
  readonly next: number | undefined;
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
   * so what is known to be there is asked for by its versions, of long streams a page before the
   * one ahead of it is here: Cassandra makes one while we take in, decode and hand over another.
   * The last page is open again: it has what came meanwhile, and nothing behind it is passed over.
   */
  async *#pages(query: LevelPlace): AsyncGenerator<EventPage> {
    const { stream, direction, level } = query;
    const fetchSize = new FetchSize({ largest: this.#largest });
    const left = new VersionsLeft(direction, query.from, query.left);
    const coming: Promise<Stretch>[] = [this.#open(query, left, fetchSize.rows)];
    let isOpen = true;
    let isFirst = true;
    let currentVersion = 0;
    for (let came = await coming.shift(); came !== undefined; came = await coming.shift()) {
      const { rows, next } = came;
      const last = rows.at(-1);
      if (last !== undefined) {
        // of pages that are on their way together, the later one may have been read earlier
        currentVersion = Math.max(currentVersion, requiredInt(last, 'current_version'));
        fetchSize.seen(rows.length, this.#largest.seeAll(rows.map(rowBytes)));
      }
      if (next !== undefined) {
        left.goOn(next, rows.length);
        isOpen = false;
      }
      const most = fetchSize.rows;
      const isLong = !isFirst && left.known(currentVersion) > most;
      // serial reads of one partition hinder each other
      const atOnce = isLong && level === 'read' ? fetchSize.pagesAtOnce : 1;
      while (!isOpen && coming.length < atOnce) {
        const isLast = left.known(currentVersion) <= most;
        // beside another it may be read before what the other one tells of
        if (isLast && coming.length > 0) break;
        isOpen = isLast;
        const page = isLast ? this.#open(query, left, most) : this.#range(query, left.take(most));
        page.catch(() => undefined); // the reader may have gone when it fails
        coming.push(page);
      }
      isFirst = false;
      if (last === undefined) continue;
      yield { events: rows.map((each) => recordedEvent(each, stream)), currentVersion };
    }
  }

  /** What there is from `left.next` on, at most so many rows, or one more. */
  async #open(query: LevelPlace, left: VersionsLeft, most: number): Promise<Stretch> {
    const { eventsForward, eventsBackward } = this.#statements;
    const text = query.direction === 'forward' ? eventsForward : eventsBackward;
    const statement = { query: text, params: [uuidParam(query.stream), left.next] };
    const { wanted } = left;
    if (wanted <= most) {
      const { rows } = await this.#page(statement, query.level, wanted);
      return { rows: rows.slice(0, wanted), next: undefined };
    }
    const { rows, pageState } = await this.#page(statement, query.level, most + 1);
    const last = rows.at(-1);
    if (pageState === undefined || last === undefined) return { rows, next: undefined };
    // its version may go on behind the page: all its rows come with the next one
    const next = requiredInt(last, 'version');
    const before = rows.filter((row) => requiredInt(row, 'version') !== next);
    return before.length > 0 ? { rows: before, next } : { rows, next: undefined };
  }

  /** All rows of these versions: one for each, if none is missing and none is doubled. */
  async #range(query: LevelPlace, { from, to }: VersionRange): Promise<Stretch> {
    const { rangeForward, rangeBackward } = this.#statements;
    const text = query.direction === 'forward' ? rangeForward : rangeBackward;
    const statement = { query: text, params: [uuidParam(query.stream), from, to] };
    // one more: after a page that is full Cassandra has another one asked for, which is empty
    const { rows } = await this.#page(statement, query.level, to - from + 2);
    return { rows, next: undefined };
  }

  /** So many rows, unless there are no more. */
  async #page(statement: Statement, level: LevelPlace['level'], fetchSize: number): Promise<Page> {
    const rows: Row[] = [];
    for (let pageState: string | undefined; ; ) {
      const from = pageState === undefined ? {} : { pageState };
      const page: Page = await this.#session
        .read(statement, { level, fetchSize: fetchSize - rows.length, ...from })
        .catch((error: unknown) => {
          throw unavailable(error);
        });
      rows.push(...page.rows);
      ({ pageState } = page);
      if (pageState === undefined || rows.length >= fetchSize) return { rows, pageState };
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
    const first = new VersionsLeft(query.direction, query.from, 1);
    const again = await this.#open(query, first, 1); // appended in between?
    if (again.rows.length > 0) return true;
    throw new AppError('STREAM_CORRUPT', `stream ${query.stream}: the events are missing`, {
      stream: query.stream,
    });
  }
}
