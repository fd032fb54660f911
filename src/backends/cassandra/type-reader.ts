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
import type { LowWaterMark } from './feed/low-water-mark.js';
import {
  recordedEvent,
  requiredInt,
  requiredTime,
  requiredUuid,
  timeParam,
  uuidParam,
} from './row-codec.js';
import type { Statements } from './statements.js';

const FIRST_FETCH = 200;
const FETCH_MAX = 2_000;
const FETCH_BYTES_AIM = 4 * 1_048_576;

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
      if (!full && !isComplete(page, query)) {
        const belowMs = await this.#mark.fresh();
        const last = page.items().at(-1);
        const after = last === undefined ? start : cursorAfter(last);
        full = await this.#fill(page, { type: query.type, after, belowMs });
      }
      const events = page.items();
      const last = events.at(-1);
      return {
        events,
        next: last === undefined ? query.after : cursorAfter(last),
        caughtUp: !full && !isComplete(page, query),
      };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** True when the page took no more; false when the view is exhausted below the mark. */
  async #fill(
    page: PageBuilder<RecordedEvent>,
    range: { readonly type: TypeCode; readonly after: FeedOrder; readonly belowMs: number },
  ): Promise<boolean> {
    const statement = this.#rangeStatement(range);
    let pageState: string | undefined;
    let fetchSize = FIRST_FETCH;
    do {
      const rows = await this.#session.read(statement, {
        level: 'feed',
        fetchSize,
        ...(pageState === undefined ? {} : { pageState }),
      });
      const events = await this.#events(rows.rows);
      let bytes = 0;
      for (const event of events) {
        const size = eventBytes(event);
        bytes += size;
        if (!page.add(event, event.savetimeMs, size)) return true;
      }
      fetchSize = Math.min(
        FETCH_MAX,
        Math.max(1, Math.floor((FETCH_BYTES_AIM * events.length) / Math.max(1, bytes))),
      );
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
    return Promise.all(rows.map((row) => this.#fromTable(row, requiredUuid(row, 'id'))));
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
      { level: 'read' },
    );
    if (rows[0] === undefined)
      throw new AppError('STREAM_CORRUPT', 'the view has an event that its table lacks');
    return recordedEvent(rows[0], stream);
  }
}

function isComplete(page: PageBuilder<RecordedEvent>, query: TypeQuery): boolean {
  return query.boundary === 'event' && page.items().length >= query.limit;
}
