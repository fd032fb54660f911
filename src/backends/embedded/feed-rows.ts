import { MinHeap, type TypeCode } from '../../core/index.js';
import { damaged } from './errors.js';
import {
  feedKey,
  LAST_PLACE,
  placeKey,
  placeOfFeedKey,
  placeOfKey,
  type FeedPlace,
} from './keys.js';
import type { Tables } from './schema.js';

/** What the feed says of an event: where it stands, and its key in `events`. */
export interface FeedRow {
  readonly place: FeedPlace;
  readonly pointer: Buffer;
  /** Undefined in the feed of all. */
  readonly type?: TypeCode;
}

type Rows = Generator<FeedRow, void, undefined>;

/** The events of one type from a place on. To be read to its end within one snapshot. */
function* rowsOfType(tables: Tables, type: TypeCode, from: FeedPlace): Rows {
  const range = tables.byType.getRange({
    start: feedKey(type, from),
    end: feedKey(type, LAST_PLACE),
    inclusiveEnd: true,
  });
  for (const { key, value } of range) yield { place: placeOfFeedKey(key), pointer: value, type };
}

/** The events of some types from a place on, in feed order. Of one snapshot, as above. */
export function* rowsOfTypes(tables: Tables, types: readonly TypeCode[], from: FeedPlace): Rows {
  const opened = types.map((type) => rowsOfType(tables, type, from));
  const heads = new MinHeap<{ readonly row: FeedRow; readonly rest: Rows }>(
    (left, right) => left.row.place.position < right.row.place.position,
  );
  const advance = (rest: Rows): void => {
    const next = rest.next();
    if (next.done !== true) heads.push({ row: next.value, rest });
  };
  try {
    opened.forEach(advance);
    for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
      yield head.row;
      advance(head.rest);
    }
  } finally {
    for (const rows of opened) rows.return();
  }
}

/**
 * All events from a place on, up to `last`, the last of the ledger. Positions rise by one, so a
 * row that is missing is noticed: DATA_DIR_INVALID.
 */
export function* rowsOfAll(tables: Tables, from: FeedPlace, last: FeedPlace | undefined): Rows {
  const start = placeKey(from);
  const [before] = tables.byPosition.getKeys({
    ...{ start, exclusiveStart: true },
    ...{ reverse: true, limit: 1 },
  });
  let passed = before === undefined ? 0 : placeOfKey(before).position;
  for (const { key, value } of tables.byPosition.getRange({ start })) {
    const place = placeOfKey(key);
    if (place.position !== passed + 1) throw rowMissing(passed + 1);
    passed = place.position;
    yield { place, pointer: value };
  }
  if (passed !== (last?.position ?? 0)) throw rowMissing(passed + 1);
}

function rowMissing(position: number): Error {
  return damaged(`event ${position} is missing in its index of all events`);
}
