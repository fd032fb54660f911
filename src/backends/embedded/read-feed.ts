import {
  AppError,
  eventBytes,
  PageBuilder,
  type FeedCursor,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { AllQuery, FeedPage } from '../../storage/index.js';
import { damaged, eventMissing } from './errors.js';
import type { FeedRow } from './feed-rows.js';
import { readHead } from './heads.js';
import {
  EVENT_KEY_BYTES,
  FIRST_PLACE,
  streamOfPointer,
  UINT48_MAX,
  versionOfEventKey,
  type FeedPlace,
} from './keys.js';
import { decodeRecord, positionOf } from './record.js';
import type { Tables } from './schema.js';
import { uuidBytes } from './uuid-bytes.js';

/** `heldBack`: the page ended before an event only because of the ceiling. */
export interface CeilingPage extends FeedPage {
  readonly heldBack: boolean;
}

/** The first place after a cursor; undefined when no place can come after it. */
export function placeAfter(cursor: FeedCursor): FeedPlace | undefined {
  switch (cursor.kind) {
    case 'start':
      return FIRST_PLACE;
    case 'savetime':
      return placeFrom(cursor.savetimeMs + 1, 0);
    case 'position':
      return placeFrom(cursor.savetimeMs, cursor.position + 1);
    case 'view':
      throw new AppError('CURSOR_INVALID', 'the cursor belongs to another kind of storage');
  }
}

/** Cursors come from outside: whatever they hold, the key they make must be sound. */
function placeFrom(savetimeMs: number, position: number): FeedPlace | undefined {
  if (savetimeMs < 0) return FIRST_PLACE;
  if (savetimeMs > UINT48_MAX || position > UINT48_MAX) return undefined;
  return { savetimeMs, position: Math.max(0, position) };
}

/** The page that begins with the first of the rows, up to the savetime `ceilingMs`. */
export function readPage(
  tables: Tables,
  rows: Iterable<FeedRow>,
  query: AllQuery,
  ceilingMs: number,
): CeilingPage {
  const page = new PageBuilder<FoundEvent>(query);
  const names = new StreamNames(tables);
  let caughtUp = true;
  let heldBack = false;
  for (const row of rows) {
    const { place } = row;
    heldBack = place.savetimeMs > ceilingMs;
    const found = heldBack ? undefined : { place, event: readEvent(tables, row, names) };
    if (found === undefined || !page.add(found, place.savetimeMs, eventBytes(found.event))) {
      caughtUp = false;
      break;
    }
  }
  const items = page.items();
  const last = items.at(-1);
  const next: FeedCursor = last === undefined ? query.after : { kind: 'position', ...last.place };
  return { events: items.map(({ event }) => event), next, caughtUp, heldBack };
}

interface FoundEvent {
  readonly place: FeedPlace;
  readonly event: RecordedEvent;
}

/** The pointer is the event's key; the event knows where in the feed it stands. */
function readEvent(
  tables: Tables,
  { place, pointer, type }: FeedRow,
  names: StreamNames,
): RecordedEvent {
  if (pointer.length !== EVENT_KEY_BYTES) throw damaged('its feed points to nothing');
  const record = tables.events.getBinary(pointer);
  const stream = streamOfPointer(pointer);
  const version = versionOfEventKey(pointer);
  if (record === undefined) throw eventMissing(stream, version);
  const { uncheckedTo } = tables;
  const streamName = names.of(stream);
  const event = decodeRecord(record, { stream, streamName, version, key: pointer, uncheckedTo });
  const isOfRow =
    positionOf(record) === place.position &&
    event.savetimeMs === place.savetimeMs &&
    (type === undefined || type === event.type);
  if (!isOfRow) throw damaged(`its feed has another event at position ${place.position}`);
  return event;
}

/** Looks each stream up once a page. */
class StreamNames {
  readonly #tables: Tables;
  readonly #names = new Map<Uuid, string | undefined>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  of(stream: Uuid): string | undefined {
    if (this.#names.has(stream)) return this.#names.get(stream);
    const { name } = readHead(this.#tables, uuidBytes(stream));
    this.#names.set(stream, name);
    return name;
  }
}

/** The page where no further place can be. */
export function endPage(query: AllQuery): FeedPage {
  return { events: [], next: query.after, caughtUp: true };
}
