import {
  AppError,
  ContiguityCheck,
  eventBytes,
  INT32_MAX,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { StreamQuery } from '../../storage/index.js';
import type { CqlSession, Page, Row } from './cql-session.js';
import { unavailable } from './errors.js';
import { FetchSize } from './fetch-size.js';
import { recordedEvent, requiredInt, uuidParam } from './row-codec.js';
import type { Statements } from './statements.js';
import type { StreamHeads } from './stream-heads.js';

interface LevelQuery extends StreamQuery {
  readonly level: 'read' | 'serial';
}

/** Pages through the table; checks that no version is missing or doubled. */
export class StreamReader {
  readonly #session: CqlSession;
  readonly #statements: Statements;
  readonly #heads: StreamHeads;

  constructor(session: CqlSession, statements: Statements, heads: StreamHeads) {
    this.#session = session;
    this.#statements = statements;
    this.#heads = heads;
  }

  /** See `EventLog.readStream`. */
  read(query: StreamQuery): AsyncGenerator<readonly RecordedEvent[]> {
    return this.#read({ ...query, level: 'read' });
  }

  async *#read(query: LevelQuery): AsyncGenerator<readonly RecordedEvent[]> {
    const { stream, direction } = query;
    const from =
      direction === 'forward'
        ? Math.max(1, query.fromVersion ?? 1)
        : (query.fromVersion ?? INT32_MAX);
    if (from < 1 || query.limit === 0) return;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let check: ContiguityCheck | undefined;
    let currentVersion = 0;
    for await (const rows of this.#pages({ ...query, from, left })) {
      const chunk: RecordedEvent[] = [];
      for (const row of rows.slice(0, left)) {
        currentVersion = requiredInt(row, 'current_version');
        check ??= new ContiguityCheck(stream, Math.min(from, currentVersion), direction);
        const event = recordedEvent(row, stream);
        check.see(event.version);
        chunk.push(event);
      }
      left -= chunk.length;
      if (chunk.length > 0) yield chunk;
      if (left <= 0) return;
    }
    if (check === undefined) await this.#requireNoEvents(query, from);
    else check.end(direction === 'forward' ? currentVersion : 1);
  }

  /** The events from one version to another, both included, read serially. */
  async range(stream: Uuid, from: number, to: number): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const limit = to - from + 1;
    const query = { stream, direction: 'forward', fromVersion: from, limit } as const;
    for await (const chunk of this.#read({ ...query, level: 'serial' })) events.push(...chunk);
    return events;
  }

  async *#pages(
    query: LevelQuery & { readonly from: number; readonly left: number },
  ): AsyncGenerator<readonly Row[]> {
    let pageState: string | undefined;
    const fetchSize = new FetchSize({ limit: query.left });
    do {
      const page = await this.#page(query, fetchSize.rows, pageState);
      pageState = page.pageState;
      fetchSize.seen(page.rows.length, bytesOf(page.rows, query.stream));
      yield page.rows;
    } while (pageState !== undefined);
  }

  async #page(
    query: LevelQuery & { readonly from: number },
    fetchSize: number,
    pageState: string | undefined,
  ): Promise<Page> {
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

  /** A read without rows: right when the stream ends before `from`, corruption when it does not. */
  async #requireNoEvents(query: LevelQuery, from: number): Promise<void> {
    const reaches = async (): Promise<boolean> => {
      const head = await this.#heads.read(query.stream, 'read').catch((error: unknown) => {
        throw unavailable(error);
      });
      return query.direction === 'forward' ? head.version >= from : head.version > 0;
    };
    if (!(await reaches())) return;
    const again = await this.#page({ ...query, from }, 1, undefined); // appended in between?
    if (again.rows.length > 0) return;
    throw new AppError('STREAM_CORRUPT', `stream ${query.stream}: the events are missing`, {
      stream: query.stream,
    });
  }
}

function bytesOf(rows: readonly Row[], stream: Uuid): number {
  return rows.reduce((sum, row) => sum + eventBytes(recordedEvent(row, stream)), 0);
}
