import {
  AppError,
  eventBytes,
  type FeedCursor,
  type RecordedEvent,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type { CqlSession, Page, Row, Statement } from './cql-session.js';
import type { FetchSize, LargestRow } from './fetch-size.js';
import { mapInBatches } from './in-batches.js';
import {
  hasContent,
  recordedEvent,
  requiredInt,
  requiredTime,
  requiredUuid,
  rowBytes,
  timeParam,
  uuidParam,
} from './row-codec.js';
import type { Statements } from './statements.js';

/** Rows that are read from the table at once, where the view lacks columns. */
const TABLE_READS_MAX = 32;

export type FeedOrder = Exclude<FeedCursor, { kind: 'position' }>;

/** A stretch of the view of one type: behind the cursor, below the mark. */
interface ViewRange {
  readonly type: TypeCode;
  readonly after: FeedOrder;
  readonly belowMs: number;
}

export interface ViewSource {
  readonly session: CqlSession;
  readonly statements: Statements;
  readonly viewIsComplete: boolean;
}

export interface RangeSizes {
  readonly largest: LargestRow;
  readonly fetchSize: Pick<FetchSize, 'rows'>;
  /** What a fetch has brought. */
  readonly seen: (rows: number, bytes: number) => void;
  /** Whether what is asked for will be used up: the next rows come while some are looked at. */
  readonly ahead: boolean;
}

interface WeighedEvent {
  readonly event: RecordedEvent;
  readonly bytes: number;
}

/** Reads one range of the view, a few rows at a time, when they are asked for. */
export class RangeReader {
  readonly #source: ViewSource;
  readonly #statement: Statement;
  readonly #sizes: RangeSizes;
  #fetched: WeighedEvent[] = [];
  #index = 0;
  #pageState: string | undefined;
  #begun = false;
  #coming: Promise<Page> | undefined;

  constructor(source: ViewSource, range: ViewRange, sizes: RangeSizes) {
    this.#source = source;
    this.#statement = rangeStatement(source.statements, range);
    this.#sizes = sizes;
  }

  /** The event at hand; undefined before the first `fetch`, and at the end of what was fetched. */
  get head(): WeighedEvent | undefined {
    return this.#fetched[this.#index];
  }

  /** Goes on to the next event of those fetched. */
  advance(): void {
    this.#index += 1;
  }

  /**
   * Fetches more where nothing is at hand, at most `rowsMax` rows at a time. Without a head
   * afterwards the range is exhausted.
   */
  async fetch(rowsMax: number): Promise<void> {
    const { largest, seen, ahead } = this.#sizes;
    while (this.head === undefined && (!this.#begun || this.#pageState !== undefined)) {
      const page = await (this.#coming ?? this.#read(this.#pageState, rowsMax));
      seen(page.rows.length, largest.seeAll(page.rows.map(rowBytes)));
      const left = rowsMax - page.rows.length;
      const goesOn = ahead && page.pageState !== undefined && left > 0;
      this.#coming = goesOn ? this.#read(page.pageState, left) : undefined;
      this.#coming?.catch(() => undefined); // it may be asked for no more
      const events = await this.#events(page.rows);
      this.#fetched = events.map((event) => ({ event, bytes: eventBytes(event) }));
      largest.seeAll(this.#fetched.map(({ bytes }) => bytes));
      this.#index = 0;
      this.#begun = true;
      this.#pageState = page.pageState;
    }
  }

  #read(pageState: string | undefined, rowsMax: number): Promise<Page> {
    return this.#source.session.read(this.#statement, {
      level: 'feed',
      fetchSize: Math.min(this.#sizes.fetchSize.rows, rowsMax),
      ...(pageState === undefined ? {} : { pageState }),
    });
  }

  /**
   * What the view lacks comes from the table: columns, where the original script has made it, and
   * for a while the columns of single rows. (A commit that reaches its table twice is sent to the
   * view twice, the second time as a mere key, which may overtake the first.)
   */
  async #events(rows: readonly Row[]): Promise<RecordedEvent[]> {
    const { viewIsComplete } = this.#source;
    if (viewIsComplete && rows.every(hasContent)) {
      return rows.map((row) => recordedEvent(row, requiredUuid(row, 'id')));
    }
    return mapInBatches(rows, TABLE_READS_MAX, async (row) => {
      const stream = requiredUuid(row, 'id');
      const isWhole = viewIsComplete && hasContent(row);
      return isWhole ? recordedEvent(row, stream) : this.#fromTable(row, stream);
    });
  }

  async #fromTable(row: Row, stream: Uuid): Promise<RecordedEvent> {
    const statement = {
      query: this.#source.statements.eventAt,
      params: [
        uuidParam(stream),
        requiredInt(row, 'version'),
        timeParam(requiredTime(row, 'savetime')),
      ],
    };
    // The commit may have reached one replica and its view only; a serial read finishes it.
    for (const level of ['feed', 'serial'] as const) {
      const { rows } = await this.#source.session.read(statement, { level });
      if (rows[0] !== undefined) return recordedEvent(rows[0], stream);
    }
    throw new AppError('STREAM_CORRUPT', 'the view has an event that its table lacks');
  }
}

function rangeStatement(statements: Statements, { type, after, belowMs }: ViewRange): Statement {
  const below = timeParam(belowMs);
  switch (after.kind) {
    case 'start':
      return { query: statements.feedFromStart, params: [type, below] };
    case 'savetime':
      return {
        query: statements.feedAfterSavetime,
        params: [type, timeParam(after.savetimeMs), below],
      };
    case 'view':
      return {
        query: statements.feedAfterEvent,
        params: [type, timeParam(after.savetimeMs), after.version, uuidParam(after.id), below],
      };
  }
}
