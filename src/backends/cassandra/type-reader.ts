import {
  AppError,
  encodeCursor,
  MinHeap,
  PageBuilder,
  type FeedCursor,
  type RecordedEvent,
  type TypeCode,
} from '../../core/index.js';
import type { FeedPage, TypeQuery } from '../../storage/index.js';
import { unavailable } from './errors.js';
import type { LowWaterMark } from './feed/low-water-mark.js';
import { FetchSize, LargestRow } from './fetch-size.js';
import { mapInBatches } from './in-batches.js';
import { LruMap } from './lru-map.js';
import { compareInView } from './view-order.js';
import { RangeReader, type FeedOrder, type ViewSource } from './view-range.js';

const READS_AT_ONCE = 16;
/** Readers at the end of the feed whose next read goes to a fresh mark at once. */
const LIVE_MAX = 10_000;
/** Types of which is remembered how large their rows are. */
const TYPES_MAX = 10_000;
/** Pages differ: so much more is read than made one of as many bytes lately. */
const MARGIN = 1.03;
/** Events of the last millisecond, beyond the limit. */
const ROWS_BEYOND = 16;
/** Fewer cost as much as so many. */
const ROWS_LEAST = 16;

interface MergedRange {
  readonly after: FeedOrder;
  readonly belowMs: number;
}

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

/** Reads the view, never past the low-water mark: several types merged, all below one mark. */
export class TypeReader {
  readonly #source: ViewSource;
  readonly #mark: LowWaterMark;
  readonly #live = new LruMap<string, true>(LIVE_MAX);
  readonly #largest = new LargestRow();
  readonly #rowBytes = new LruMap<TypeCode, number>(TYPES_MAX);

  constructor(source: ViewSource, mark: LowWaterMark) {
    this.#source = source;
    this.#mark = mark;
  }

  /** See `EventLog.readByType`. */
  async read(query: TypeQuery): Promise<FeedPage> {
    const start = orderOf(query.after);
    const page = new PageBuilder<RecordedEvent>(query);
    try {
      let full = false;
      if (!this.#wasAtEnd(query)) {
        const belowMs = this.#mark.cachedMs();
        full = await this.#fill(page, query, { after: start, belowMs });
      }
      let complete = false;
      if (!full && !hasSome(page, query)) {
        ({ full, complete } = await this.#fillToFreshMark(page, query, start));
      }
      const events = page.items();
      const last = events.at(-1);
      const next = last === undefined ? query.after : cursorAfter(last);
      if (!full) this.#live.set(liveKey({ types: query.types, after: next }), true);
      return { events, next, caughtUp: complete, more: !full && !complete };
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Whether this place was the end when it was given out: what has come since is most likely above
   * the cached mark, and a look below it would be for nothing. Asked once, so that a reader who
   * gets no fresh mark is helped by the cached one the next time.
   */
  #wasAtEnd(query: TypeQuery): boolean {
    const key = liveKey(query);
    const known = this.#live.get(key) === true;
    this.#live.delete(key);
    return known;
  }

  /** Goes on from the end of the page; without a mark a page that has events is good as it is. */
  async #fillToFreshMark(
    page: PageBuilder<RecordedEvent>,
    query: TypeQuery,
    start: FeedOrder,
  ): Promise<{ readonly full: boolean; readonly complete: boolean }> {
    const found = page.items().at(-1);
    const after = found === undefined ? start : cursorAfter(found);
    const marks = this.#mark.rising();
    for (;;) {
      const mark = await marks.next().catch((error: unknown) => {
        if (found === undefined) throw error;
      });
      if (mark === undefined || mark.done === true) return { full: true, complete: false };
      const { belowMs, last } = mark.value;
      if (!last && query.soon !== true) continue;
      const full = await this.#fill(page, query, { after, belowMs });
      if (full || last || hasSome(page, query)) return { full, complete: !full && last };
    }
  }

  /**
   * Takes the events of all types in the order of the view. True when the page took no more; false
   * when the types are exhausted below the mark.
   */
  async #fill(
    page: PageBuilder<RecordedEvent>,
    query: TypeQuery,
    range: MergedRange,
  ): Promise<boolean> {
    const { after, belowMs } = range;
    if (after.kind !== 'start' && after.savetimeMs >= belowMs) return false;
    const readers = this.#readersOf(query, range);
    // A view that lacks columns is completed by many reads of the table, one type at a time.
    const atOnce = this.#source.viewIsComplete ? READS_AT_ONCE : 1;
    const expected = this.#rowsExpected(query);
    const fetch = (reader: RangeReader): Promise<void> =>
      reader.fetch(rowsWanted(page, query, expected));
    await mapInBatches(readers, atOnce, fetch);
    const heap = new MinHeap<RangeReader>(isBefore);
    for (const reader of readers) if (reader.head !== undefined) heap.push(reader);
    for (let reader = heap.pop(); reader?.head !== undefined; reader = heap.pop()) {
      const { event, bytes } = reader.head;
      if (!page.add(event, event.savetimeMs, bytes)) return true;
      if (isComplete(page, query)) return true;
      reader.advance();
      if (reader.head === undefined) await fetch(reader);
      if (reader.head !== undefined) heap.push(reader);
    }
    return false;
  }

  #readersOf({ types, bytesMax }: TypeQuery, range: MergedRange): RangeReader[] {
    const largest = this.#largest;
    const sharers = types.length;
    return types.map((type) => {
      const rowBytes = sharers === 1 ? this.#rowBytes.get(type) : undefined;
      const fetchSize = new FetchSize({ largest, bytesAim: bytesMax, sharers, rowBytes });
      const seen = (rows: number, bytes: number): void => {
        fetchSize.seen(rows, bytes);
        if (rows > 0) this.#rowBytes.set(type, bytes / rows);
      };
      const sizes = { largest, fetchSize, seen, ahead: sharers === 1 };
      return new RangeReader(this.#source, { type, ...range }, sizes);
    });
  }

  /** Of one type; how several share a page is not known. */
  #rowsExpected({ types, bytesMax }: TypeQuery): number {
    const [type, ...others] = types;
    const rowBytes = type === undefined ? undefined : this.#rowBytes.get(type);
    if (rowBytes === undefined || others.length > 0) return Number.POSITIVE_INFINITY;
    return Math.ceil((MARGIN * bytesMax) / Math.max(1, rowBytes)) + 1;
  }
}

function isBefore(left: RangeReader, right: RangeReader): boolean {
  if (left.head === undefined || right.head === undefined) return right.head === undefined;
  return compareInView(left.head.event, right.head.event) < 0;
}

function liveKey({ types, after }: { types: readonly TypeCode[]; after: FeedCursor }): string {
  return `${encodeCursor(after)} ${types.join()}`;
}

/** It was asked for soon, and there is something. */
function hasSome({ length }: PageBuilder<RecordedEvent>, { soon }: TypeQuery): boolean {
  return soon === true && length > 0;
}

function isComplete({ length }: PageBuilder<RecordedEvent>, query: TypeQuery): boolean {
  return query.boundary === 'event' && length >= query.limit;
}

/** What the page still takes, or what it is expected to take by its bytes. */
function rowsWanted(page: PageBuilder<RecordedEvent>, query: TypeQuery, expected: number): number {
  return Math.min(rowsLeft(page, query), Math.max(ROWS_LEAST, expected - page.length));
}

function rowsLeft({ length }: PageBuilder<RecordedEvent>, query: TypeQuery): number {
  const { limit, boundary } = query;
  const left = limit - length;
  return boundary === 'event' ? left : Math.max(0, left) + ROWS_BEYOND;
}
