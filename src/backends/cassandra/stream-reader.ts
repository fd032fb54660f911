import {
  AppError,
  ContiguityCheck,
  INT32_MAX,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import type { CqlSession, Page } from './cql-session.js';
import { unavailable } from './errors.js';
import { FetchSize, LargestRow } from './fetch-size.js';
import { recordedEvent, requiredInt, rowBytes, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';
import type { StreamHeads } from './stream-heads.js';

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

  /** While a page that was weighed is decoded and handed over, Cassandra makes the next one. */
  async *#pages(query: LevelPlace): AsyncGenerator<EventPage> {
    let { left } = query;
    const fetchSize = new FetchSize({ largest: this.#largest });
    const fetch = (pageState?: string): Promise<Page> =>
      this.#page(query, Math.min(fetchSize.rows, left), pageState);
    let coming: Promise<Page> | undefined = fetch();
    while (coming !== undefined) {
      const { rows, pageState }: Page = await coming;
      const taken = rows.slice(0, left);
      left -= taken.length;
      fetchSize.seen(taken.length, this.#largest.seeAll(taken.map(rowBytes)));
      coming = pageState === undefined || left <= 0 ? undefined : fetch(pageState);
      coming?.catch(() => undefined); // the reader may have gone when it fails
      const [first] = rows;
      if (first === undefined) continue;
      const events = taken.map((row) => recordedEvent(row, query.stream));
      yield { events, currentVersion: requiredInt(first, 'current_version') };
    }
  }

  async #page(query: LevelPlace, fetchSize: number, pageState: string | undefined): Promise<Page> {
    const { eventsForward, eventsBackward } = this.#statements;
    try {
      return await this.#session.read(
        {
          query: query.direction === 'forward' ? eventsForward : eventsBackward,
          params: [uuidParam(query.stream), query.from],
        },
        { level: query.level, fetchSize, ...(pageState === undefined ? {} : { pageState }) },
      );
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
    const again = await this.#page(query, 1, undefined); // appended in between?
    if (again.rows.length > 0) return true;
    throw new AppError('STREAM_CORRUPT', `stream ${query.stream}: the events are missing`, {
      stream: query.stream,
    });
  }
}
