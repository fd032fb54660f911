import {
  AppError,
  ContiguityCheck,
  eventBytes,
  INT32_MAX,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import type { CqlSession, Page, Row, Statement } from './cql-session.js';
import { unavailable } from './errors.js';
import { FetchSize, LargestRow } from './fetch-size.js';
import { recordedEvent, requiredInt, uuidParam } from './row-codec.js';
import type { VersionRange } from './earlier-rows.js';
import type { Statements } from './statements.js';
import { VersionsLeft } from './versions-left.js';
import type { StreamHeads } from './stream-heads.js';

/**
 * So many are on their way while one is handed over. Serial reads of one partition hinder each other.
 */
const PAGES_AHEAD = { read: 2, serial: 1 } as const;

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
   * The first page tells how far the stream goes and how large its rows are. Versions leave no gaps,
   * so further pages are asked for by their versions, several at a time.
   */
  async *#pages(query: LevelPlace): AsyncGenerator<EventPage> {
    const { stream, direction, level } = query;
    const fetchSize = new FetchSize({ largest: this.#largest });
    const first = this.#pageOf(await this.#first(query, fetchSize), stream, fetchSize);
    const last = first?.events.at(-1);
    if (first === undefined || last === undefined) return;
    const left = new VersionsLeft(direction, last.version, query.left - first.events.length);
    const coming: Promise<readonly Row[]>[] = [];
    const askFor = (currentVersion: number): void => {
      while (coming.length < PAGES_AHEAD[level]) {
        const range = left.take(fetchSize.rows, currentVersion);
        if (range === undefined) return;
        const rows = this.#range(query, range);
        rows.catch(() => undefined); // the reader may have gone when it fails
        coming.push(rows);
      }
    };
    askFor(first.currentVersion);
    yield first;
    for (let rows = await coming.shift(); rows !== undefined; rows = await coming.shift()) {
      if (rows[0] === undefined) continue;
      askFor(currentVersionOf(rows[0]));
      const page = this.#pageOf(rows, stream, fetchSize);
      if (page !== undefined) yield page;
    }
  }

  /** Undefined: there are no rows. */
  #pageOf(rows: readonly Row[], stream: Uuid, fetchSize: FetchSize): EventPage | undefined {
    const [first] = rows;
    if (first === undefined) return undefined;
    let bytes = 0;
    const events = rows.map((row) => {
      const event = recordedEvent(row, stream);
      const size = eventBytes(event);
      this.#largest.see(size);
      bytes += size;
      return event;
    });
    fetchSize.seen(events.length, bytes);
    return { events, currentVersion: currentVersionOf(first) };
  }

  /** From `query.from` on, as many as are good for a first page. */
  async #first({ stream, direction, level, from, left }: LevelPlace, { rows }: FetchSize) {
    const { eventsForward, eventsBackward } = this.#statements;
    const query = direction === 'forward' ? eventsForward : eventsBackward;
    const fetchSize = Math.min(rows, left);
    const page = await this.#page({ query, params: [uuidParam(stream), from] }, level, fetchSize);
    return page.rows.slice(0, left);
  }

  async #range(
    { stream, direction, level }: LevelPlace,
    { from, to }: VersionRange,
  ): Promise<readonly Row[]> {
    const { rangeForward, rangeBackward } = this.#statements;
    const query = direction === 'forward' ? rangeForward : rangeBackward;
    const statement = { query, params: [uuidParam(stream), from, to] };
    const rows: Row[] = [];
    for (let pageState: string | undefined; ; ) {
      const page: Page = await this.#page(statement, level, to - from + 1, pageState);
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
    try {
      return await this.#session.read(statement, {
        level,
        fetchSize,
        ...(pageState === undefined ? {} : { pageState }),
      });
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
    const again = await this.#first(
      { ...query, left: 1 },
      new FetchSize({ largest: this.#largest }),
    );
    if (again.length > 0) return true; // appended in between
    throw new AppError('STREAM_CORRUPT', `stream ${query.stream}: the events are missing`, {
      stream: query.stream,
    });
  }
}

function currentVersionOf(row: Row): number {
  return requiredInt(row, 'current_version');
}
