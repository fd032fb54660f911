import {
  AppError,
  eventBytes,
  PageBuilder,
  type FeedCursor,
  type RecordedEvent,
  type Uuid,
} from '../../core/index.js';
import type { AllQuery, FeedPage } from '../../storage/index.js';
import type { Block } from './block.js';
import type { FeedBlock } from './feed-blocks.js';
import { readHead } from './heads.js';
import { FIRST_PLACE, isBefore, streamOfPointer, UINT48_MAX, type FeedPlace } from './keys.js';
import type { Tables } from './schema.js';
import { uuidBytes } from './uuid-bytes.js';

/**
 * Of blocks, for one page: where each has little that is wanted, a page may have less than was
 * asked for, since nothing else is done while it is read.
 */
const READ_BYTES_MAX = 16 * 1_048_576;

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

/** The page that begins at `from`, of the blocks from there on, up to the savetime `ceilingMs`. */
export function readPage(
  tables: Tables,
  blocks: Iterable<FeedBlock>,
  query: AllQuery,
  { from, ceilingMs }: PageRange,
): CeilingPage {
  const page = new PageBuilder<FoundEvent>(query);
  const names = new StreamNames(tables);
  let heldBack = false;
  const takes = ({ block, types }: FeedBlock): boolean => {
    const name = names.of(block);
    for (let version = block.firstVersion; version <= block.lastVersion; version += 1) {
      if (types !== undefined && !types.has(block.typeOf(version))) continue;
      const place = block.placeOf(version);
      if (isBefore(place, from)) continue;
      heldBack = place.savetimeMs > ceilingMs;
      if (heldBack) return false;
      const event = block.event(version, name);
      if (!page.add({ place, event }, place.savetimeMs, eventBytes(event))) return false;
    }
    return true;
  };
  let caughtUp = true;
  let bytesRead = 0;
  for (const each of blocks) {
    bytesRead += each.block.bytes;
    const isEnough = bytesRead > READ_BYTES_MAX && query.boundary === 'event' && !page.isEmpty;
    caughtUp = !isEnough && takes(each);
    if (!caughtUp) break;
  }
  const items = page.items();
  const last = items.at(-1);
  const next: FeedCursor = last === undefined ? query.after : { kind: 'position', ...last.place };
  return { events: items.map(({ event }) => event), next, caughtUp, heldBack };
}

interface PageRange {
  readonly from: FeedPlace;
  readonly ceilingMs: number;
}

interface FoundEvent {
  readonly place: FeedPlace;
  readonly event: RecordedEvent;
}

/** Looks each stream up once a page. */
class StreamNames {
  readonly #tables: Tables;
  readonly #names = new Map<Uuid, string | undefined>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  of({ key }: Block): string | undefined {
    const stream = streamOfPointer(key);
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
