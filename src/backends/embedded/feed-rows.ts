import { MinHeap, type TypeCode } from '../../core/index.js';
import {
  feedKey,
  LAST_PLACE,
  placeKey,
  placeOfFeedKey,
  placeOfKey,
  type FeedPlace,
} from './keys.js';
import type { Tables } from './schema.js';

/** What `by_position` says of a row of `events`: where its last event stands, and its key. */
export interface PlaceRow {
  readonly place: FeedPlace;
  readonly pointer: Buffer;
}

/** The same in `by_type`, of its last event of one type. */
export interface FeedRow extends PlaceRow {
  readonly type: TypeCode;
}

type Rows = Generator<FeedRow, void, undefined>;

/** The rows of one type from a place on. To be read to its end within one snapshot. */
function* rowsOfType(tables: Tables, type: TypeCode, from: FeedPlace): Rows {
  const range = tables.byType.getRange({
    start: feedKey(type, from),
    end: feedKey(type, LAST_PLACE),
    inclusiveEnd: true,
  });
  for (const { key, value } of range) yield { place: placeOfFeedKey(key), pointer: value, type };
}

/** The rows of some types from a place on, in feed order. Of one snapshot, as above. */
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

/** The rows of all events from a place on. Of one snapshot, as above. */
export function* rowsOfAll(tables: Tables, from: FeedPlace): Generator<PlaceRow, void, undefined> {
  for (const { key, value } of tables.byPosition.getRange({ start: placeKey(from) })) {
    yield { place: placeOfKey(key), pointer: value };
  }
}
