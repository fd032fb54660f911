import {
  AppError,
  eventBytes,
  PageBuilder,
  type FeedCursor,
  type RecordedEvent,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type { FeedPage, TypeQuery } from '../../storage/index.js';
import type { CqlSession, Param, Row } from './cql-session.js';
import { unavailable } from './errors.js';
import { FetchSize } from './fetch-size.js';
import type { LowWaterMark } from './feed/low-water-mark.js';
import { mapInBatches } from './in-batches.js';
import {
  recordedEvent,
  requiredInt,
  requiredTime,
  requiredUuid,
  timeParam,
  uuidParam,
} from './row-codec.js';
import type { Statements } from './statements.js';

/** Rows that are read from the table at once, for views that lack columns. */
const TABLE_READS_MAX = 32;

type FeedOrder = Exclude<FeedCursor, { kind: 'position' }>;

function orderOf(cursor: FeedCursor): FeedOrder {
  if (cursor.kind !== 'position') return cursor;
  throw new AppError('CURSOR_INVALID', 'the cursor was given by another kind of storage');
}

function cursorAfter(event: RecordedEvent): FeedOrder {
  return {
    kind: 'view',
    savetimeMs: event.savetimeMs,
    version: event.version,
    id: event.stream,
  };
}

/** Reads the view, never past the low-water mark. */
export class TypeReader {
  readonly #session: CqlSession;
  readonly #statements: Statements;
  readonly #mark: LowWaterMark;
  readonly #viewIsComplete: boolean;

  constructor(
    parts: { readonly session: CqlSession; readonly statements: Statements },
    mark: LowWaterMark,
    viewIsComplete: boolean,
  ) {
    this.#session = parts.session;
    this.#statements = parts.statements;
    this.#mark = mark;
    this.#viewIsComplete = viewIsComplete;
  }

  /** See `EventLog.readByType`. */
  async read(query: TypeQuery): Promise<FeedPage> {
    const start = orderOf(query.after);
    const page = new PageBuilder<RecordedEvent>(query);
    const cachedMs = this.#mark.cachedMs();
    try {
      let full = await this.#fill(page, { type: query.type, after: start, belowMs: cachedMs });
      full ||= isComplete(page, query);
      if (!full) full = await this.#fillToFreshMark(page, query.type, start);
      const last = page.items().at(-1);
      return {
        events: page.items(),
        next: last === undefined ? query.after : cursorAfter(last),
        caughtUp: !full && !isComplete(page, query),
      };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Goes on from the end of the page; without a mark a page that has events is good as it is. */
  async #fillToFreshMark(
    page: PageBuilder<RecordedEvent>,
    type: TypeCode,
    start: FeedOrder,
  ): Promise<boolean> {
    const last = page.items().at(-1);
    let belowMs: number;
    try {
      belowMs = await this.#mark.fresh();
    } catch (error) {
      if (last === undefined) throw error;
      return true;
    }
    return this.#fill(page, {
      type,
      after: last === undefined ? start : cursorAfter(last),
      belowMs,
    });
  }

  /** True when the page took no more; false when the view is exhausted below the mark. */
  async #fill(
    page: PageBuilder<RecordedEvent>,
    range: { readonly type: TypeCode; readonly after: FeedOrder; readonly belowMs: number },
  ): Promise<boolean> {
    const statement = this.#rangeStatement(range);
    let pageState: string | undefined;
    const fetchSize = new FetchSize();
    do {
      const rows = await this.#session.read(statement, {
        level: 'feed',
        fetchSize: fetchSize.rows,
        ...(pageState === undefined ? {} : { pageState }),
      });
      const events = await this.#events(rows.rows);
      let bytes = 0;
      for (const event of events) {
        const size = eventBytes(event);
        bytes += size;
        if (!page.add(event, event.savetimeMs, size)) return true;
      }
      fetchSize.seen(events.length, bytes);
      pageState = rows.pageState;
    } while (pageState !== undefined);
    return false;
  }

  #rangeStatement(range: {
    readonly type: TypeCode;
    readonly after: FeedOrder;
    readonly belowMs: number;
  }): { query: string; params: Param[] } {
    const { after, type } = range;
    const below = timeParam(range.belowMs);
    switch (after.kind) {
      case 'start':
        return { query: this.#statements.feedFromStart, params: [type, below] };
      case 'savetime':
        return {
          query: this.#statements.feedAfterSavetime,
          params: [type, timeParam(after.savetimeMs), below],
        };
      case 'view':
        return {
          query: this.#statements.feedAfterEvent,
          params: [type, timeParam(after.savetimeMs), after.version, uuidParam(after.id), below],
        };
    }
  }

  /** A view made by the original script lacks columns; they come from the table then. */
  async #events(rows: readonly Row[]): Promise<RecordedEvent[]> {
    if (this.#viewIsComplete) return rows.map((row) => recordedEvent(row, requiredUuid(row, 'id')));
    return mapInBatches(rows, TABLE_READS_MAX, (row) =>
      this.#fromTable(row, requiredUuid(row, 'id')),
    );
  }

  async #fromTable(row: Row, stream: Uuid): Promise<RecordedEvent> {
    const { rows } = await this.#session.read(
      {
        query: this.#statements.eventAt,
        params: [
          uuidParam(stream),
          requiredInt(row, 'version'),
          timeParam(requiredTime(row, 'savetime')),
        ],
      },
      { level: 'feed' },
    );
    if (rows[0] === undefined)
      throw new AppError('STREAM_CORRUPT', 'the view has an event that its table lacks');
    return recordedEvent(rows[0], stream);
  }
}

function isComplete(page: PageBuilder<RecordedEvent>, query: TypeQuery): boolean {
  return query.boundary === 'event' && page.items().length >= query.limit;
}
