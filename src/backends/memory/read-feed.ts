import {
  AppError,
  eventBytes,
  PageBuilder,
  type FeedCursor,
  type RecordedEvent,
} from '../../core/index.js';
import type { AllQuery, FeedPage } from '../../storage/index.js';
import type { FeedEntry, MemoryTables } from './schema.js';

/**
 * One page of the events that are wanted. At boundary `millisecond` everything that is returned is complete for ever:
 * no later event gets a savetime that the page has, whatever the clock does.
 */
export function readPage(
  tables: MemoryTables,
  query: AllQuery,
  isWanted: (event: RecordedEvent) => boolean,
): FeedPage {
  const entries = tables.feed.filter(
    (entry) => isWanted(entry.event) && isAfter(entry, query.after),
  );
  const page = new PageBuilder<FeedEntry>(query);
  const caughtUp = entries.every((entry) =>
    page.add(entry, entry.event.savetimeMs, eventBytes(entry.event)),
  );
  const items = page.items();
  const last = items.at(-1);
  if (last === undefined) return { events: [], next: query.after, caughtUp };
  const { savetimeMs } = last.event;
  if (query.boundary === 'millisecond' && savetimeMs === tables.lastSavetimeMs) {
    tables.closedSavetimeMs = savetimeMs;
  }
  return {
    events: items.map(({ event }) => event),
    next: { kind: 'position', savetimeMs, position: last.position },
    caughtUp,
  };
}

function isAfter({ event, position }: FeedEntry, cursor: FeedCursor): boolean {
  switch (cursor.kind) {
    case 'start':
      return true;
    case 'savetime':
      return event.savetimeMs > cursor.savetimeMs;
    case 'position':
      return event.savetimeMs === cursor.savetimeMs
        ? position > cursor.position
        : event.savetimeMs > cursor.savetimeMs;
    case 'view':
      throw viewCursor();
  }
}

/** CURSOR_INVALID, also when there is nothing to compare the cursor with. */
export function requireOwnCursor(cursor: FeedCursor): void {
  if (cursor.kind === 'view') throw viewCursor();
}

function viewCursor(): AppError {
  return new AppError('CURSOR_INVALID', 'the cursor belongs to another kind of storage');
}
